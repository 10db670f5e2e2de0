/** Variables that are each valid and don't fit together, or that a library would read behind our back. */
import { describePasskeys, describeProviders } from "./config-sign-in.ts";
import { chooseDriver, type Environment } from "./environment.ts";
import { VERIFIERS_LEARN_WITHIN } from "./keys/policy.ts";
import { isLoopback } from "./loopback.ts";
import { isSameSite } from "./same-site.ts";

/** Better Auth reads these itself: a second, hidden source for what is configured here. */
const HIDDEN_VARIABLES: Readonly<Record<string, string>> = {
  BETTER_AUTH_SECRET: "AUTH_SECRETS",
  BETTER_AUTH_SECRETS: "AUTH_SECRETS",
  AUTH_SECRET: "AUTH_SECRETS",
  BETTER_AUTH_URL: "GATEWAY_URL",
  BETTER_AUTH_TRUSTED_ORIGINS: "FRONTEND_ORIGINS",
};

/** One line for each contradiction; `env` is undefined when single variables are already bad. */
export function findContradictions(
  given: Readonly<Record<string, string | undefined>>,
  env: Environment | undefined,
): string[] {
  const hidden = Object.entries(HIDDEN_VARIABLES)
    .filter(([name]) => given[name] !== undefined)
    .map(([name, instead]) => `${name}: is not used here, set ${instead} instead and remove it`);
  if (env === undefined) return hidden;
  return [
    ...hidden,
    ...describeDefaults(given, env),
    ...describeTransport(env),
    ...describeWebClient(env),
    ...describeDriver(env),
    ...describeKeys(env),
    ...describeMail(env),
    ...describeProviders(env),
    ...describePasskeys(env),
  ];
}

/** The defaults are those of a developer's machine; in production a forgotten one would be found only by users. */
function describeDefaults(given: Readonly<Record<string, string | undefined>>, env: Environment): string[] {
  if (env.NODE_ENV !== "production") return [];
  return ["GATEWAY_URL", "FRONTEND_ORIGINS", "ERASURE_JOURNAL"]
    .filter((name) => given[name] === undefined)
    .map((name) => `${name}: is required when NODE_ENV is production`);
}

function describeTransport(env: Environment): string[] {
  const gateway = new URL(env.GATEWAY_URL);
  if (gateway.protocol === "https:") return [];
  const problems = env.FRONTEND_ORIGINS.filter((origin) => !isSameSite(origin, env.GATEWAY_URL)).map(
    (origin) =>
      `FRONTEND_ORIGINS: ${origin} is another site than GATEWAY_URL ${env.GATEWAY_URL}, and browsers send cookies to` +
      " another site over https only; use https for GATEWAY_URL, or the same host name and scheme for both",
  );
  if (env.NODE_ENV === "production" && !isLoopback(gateway.hostname)) {
    problems.push("GATEWAY_URL: must be https when NODE_ENV is production and the host is not this machine");
  }
  return problems;
}

/** Browsers refuse to call an unprotected service from a protected page. */
function describeWebClient(env: Environment): string[] {
  const ragApi = new URL(env.RAG_API_URL);
  if (env.GATEWAY_URL.startsWith("http:") || ragApi.protocol === "https:" || isLoopback(ragApi.hostname)) return [];
  return ["RAG_API_URL: must be https, as GATEWAY_URL is: browsers call it from the gateway's pages"];
}

function describeMail(env: Environment): string[] {
  const problems: string[] = [];
  if (env.SMTP_URL !== undefined && env.MAIL_FROM === undefined) problems.push("MAIL_FROM: is required with SMTP_URL");
  if (env.SMTP_URL === undefined && env.MAIL_FROM !== undefined) problems.push("MAIL_FROM: is used with SMTP_URL only");
  if (env.SMTP_URL === undefined && env.SIGN_UP === "verify") {
    problems.push("SIGN_UP: verify sends a mail at each sign-up, so it needs SMTP_URL");
  }
  if (env.SMTP_URL === undefined && env.SIGN_UP === undefined && env.NODE_ENV === "production") {
    problems.push(
      "SMTP_URL: is required when NODE_ENV is production, unless SIGN_UP=open says that addresses need no confirmation",
    );
  }
  return problems;
}

function describeKeys(env: Environment): string[] {
  const problems: string[] = [];
  if (env.KEY_ROTATION_INTERVAL < env.KEY_PUBLISH_AHEAD) {
    problems.push("KEY_ROTATION_INTERVAL: must not be shorter than KEY_PUBLISH_AHEAD");
  }
  if (env.NODE_ENV === "production" && env.KEY_PUBLISH_AHEAD < VERIFIERS_LEARN_WITHIN * 1000) {
    problems.push(
      `KEY_PUBLISH_AHEAD: must be at least ${VERIFIERS_LEARN_WITHIN}s when NODE_ENV is production: for so long caches and` +
        " verifiers may hold an older key set, and would refuse what a new key signs",
    );
  }
  return problems;
}

function describeDriver(env: Environment): string[] {
  if (env.NEON_WS_PROXY === undefined || chooseDriver(env) === "neon") return [];
  return ["NEON_WS_PROXY: is used by the neon driver only, and DATABASE_DRIVER chooses pg"];
}
