/** Does what is configured make sense, before anybody is asked? */
import { type Config, ConfigError, parseConfig } from "../../auth-gateway/src/config.ts";
import { isSameSite } from "../../auth-gateway/src/same-site.ts";
import { gatewayEnvironment, type ServiceUrls } from "../services.ts";
import { bad, type Finding, good } from "./finding.ts";
import { type Patient, type RagApiSettings, readRagApiSettings } from "./patient.ts";

const inEnv = "Change it in .env or in the process environment, and start the services again.";
const placeholder = "postgresql://u:p@127.0.0.1/unknown";

export interface Configuration {
  readonly findings: readonly Finding[];
  readonly gateway: Config | undefined;
  readonly ragApi: RagApiSettings | undefined;
}

export async function checkConfiguration({ environment, urls }: Patient): Promise<Configuration> {
  const known = urls ?? { authGatewayUrl: placeholder, ragApiUrl: placeholder };
  const gateway = readGateway(gatewayEnvironment(environment, known));
  const ragApi = await readRagApi(environment, known);
  const findings = [
    ...(urls === undefined ? [noDatabase] : []),
    ...("config" in gateway ? [good("auth-gateway's configuration parses")] : gateway.findings),
    ...("settings" in ragApi ? [good("rag-api's configuration parses")] : ragApi.findings),
    ...checkOrigins(environment.GATEWAY_URL, environment.FRONTEND_ORIGINS),
  ];
  return {
    findings,
    gateway: "config" in gateway ? gateway.config : undefined,
    ragApi: "settings" in ragApi ? ragApi.settings : undefined,
  };
}

const noDatabase = bad(
  "Which database the services use is not known",
  "Run make migrate, which writes AUTH_GATEWAY_DATABASE_URL and RAG_API_DATABASE_URL, or make dev for an embedded one.",
);

function readGateway(
  environment: Readonly<Record<string, string | undefined>>,
): { config: Config } | { findings: Finding[] } {
  try {
    return { config: parseConfig(environment) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { findings: error.problems.map((problem) => bad(`auth-gateway's configuration: ${problem}`, inEnv)) };
  }
}

async function readRagApi(
  environment: Patient["environment"],
  urls: ServiceUrls,
): Promise<{ settings: RagApiSettings } | { findings: Finding[] }> {
  const read = await readRagApiSettings(environment, urls);
  if ("settings" in read) return read;
  return { findings: read.faults.map((fault) => bad(`rag-api's configuration: ${fault}`, inEnv)) };
}

/** Names of this machine that browsers take for different sites. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function checkOrigins(gatewayUrl = "http://localhost:3000", list = "http://localhost:5173"): Finding[] {
  const origins = list.split(",").map((origin) => origin.trim());
  if (![gatewayUrl, ...origins].every((url) => URL.canParse(url))) return [];
  const gateway = new URL(gatewayUrl);
  return origins.flatMap((origin): Finding[] => {
    const { hostname } = new URL(origin);
    const mixed = hostname !== gateway.hostname && loopback.test(hostname) && loopback.test(gateway.hostname);
    if (mixed) {
      return [
        bad(
          `${origin} and ${gatewayUrl} are both this machine, and two sites for a browser: cookies don't travel between them`,
          `Open the frontend at ${origin.replace(hostname, gateway.hostname)} and list that, or change GATEWAY_URL.`,
        ),
      ];
    }
    if (isSameSite(origin, gatewayUrl)) return [good(`${origin} is on the gateway's site: a Lax cookie reaches it`)];
    if (gateway.protocol === "https:") {
      return [
        good(
          `${origin} is on another site: the cookie is SameSite=None, and browsers that keep no cookies of other sites` +
            " (most, by now) need x-session-transport: bearer",
        ),
      ];
    }
    return [
      bad(
        `${origin} is another site than ${gatewayUrl}, which is not https: browsers will not send the session cookie`,
        "Serve the gateway over https, or put both under one host name.",
      ),
    ];
  });
}
