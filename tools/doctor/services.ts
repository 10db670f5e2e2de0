/** Do the running services agree with the configuration, with each other, and with the clock? */

import type { Configuration } from "./configuration.ts";
import { bad, type Finding, good } from "./finding.ts";
import { type Answer, ask, type Patient, parse } from "./patient.ts";

const MAX_CLOCK_DIFFERENCE_MS = 5_000;

export async function checkServices(patient: Patient, configuration: Configuration): Promise<Finding[]> {
  const [gateway, ragApi] = [await ask(`${patient.gateway}/readyz`), await ask(`${patient.ragApi}/readyz`)];
  const findings = [
    checkReady("auth-gateway", patient.gateway, gateway, "GATEWAY_URL"),
    checkReady("rag-api", patient.ragApi, ragApi, "rag_api=… after make doctor"),
    ...checkClock("auth-gateway", gateway),
    ...checkClock("rag-api", ragApi),
  ];
  if (gateway !== undefined) {
    findings.push(...(await checkIssuer(patient, configuration)));
    findings.push(...(await checkJwks(patient, configuration, ragApi)));
    findings.push(
      ...(await checkAllowedOrigins("auth-gateway", patient.gateway, "/api/auth/get-session", configuration)),
    );
    findings.push(await checkCookie(patient, configuration));
  }
  if (ragApi !== undefined) {
    findings.push(...(await checkAllowedOrigins("rag-api", patient.ragApi, "/v1/me", configuration)));
  }
  return findings;
}

function checkReady(name: string, url: string, answer: Answer | undefined, where: string): Finding {
  if (answer === undefined) {
    return bad(`${name} does not answer at ${url}`, `Is it running, and is that its address? (${where})`);
  }
  if (answer.status === 200) return good(`${name} is ready at ${url}`);
  const { checks } = parse(answer) ?? {};
  if (checks === undefined) {
    return bad(
      `What answers at ${url} is not ${name}: /readyz gives ${answer.status}`,
      `Is that its address? (${where})`,
    );
  }
  const failing = Object.entries(checks as Record<string, string>).filter(([, result]) => result !== "ok");
  const words = failing.map(([check, result]) => `${check} ${result}`).join(", ");
  return bad(
    `${name} is not ready: ${words}`,
    "Its log says why; docs/operations.md, Health, tells what each check is.",
  );
}

function checkClock(name: string, answer: Answer | undefined): Finding[] {
  const date = Date.parse(answer?.headers.get("date") ?? "");
  if (answer === undefined || Number.isNaN(date)) return [];
  // The header has whole seconds.
  return [judgeClock(name, date + 500 - answer.at)];
}

export function judgeClock(name: string, difference: number): Finding {
  const seconds = Math.round(Math.abs(difference) / 100) / 10;
  if (Math.abs(difference) <= MAX_CLOCK_DIFFERENCE_MS) return good(`${name}'s clock agrees with this machine's`);
  return bad(
    `${name}'s clock is ${seconds} s ${difference > 0 ? "ahead of" : "behind"} this machine's`,
    "Tokens would be refused as expired or not yet valid: keep all machines' clocks by NTP.",
  );
}

async function checkIssuer({ gateway }: Patient, { ragApi }: Configuration): Promise<Finding[]> {
  const { issuer } = parse(await ask(`${gateway}/.well-known/oauth-authorization-server`)) ?? {};
  const own =
    issuer === gateway
      ? good(`The issuer is the gateway's real address, ${gateway}`)
      : bad(
          `The gateway at ${gateway} says that its address is ${String(issuer)}`,
          "Set GATEWAY_URL to the address that the outside uses, for both services, and start them again.",
        );
  if (ragApi === undefined) return [own];
  return [
    own,
    ragApi.gatewayUrl === issuer
      ? good("rag-api expects that issuer")
      : bad(
          `rag-api expects tokens of ${ragApi.gatewayUrl}, the gateway issues as ${String(issuer)}: it refuses all of them`,
          "Give both services the same GATEWAY_URL; where rag-api reaches the gateway by another address, set JWKS_URL.",
        ),
  ];
}

function kidsOf(answer: Answer | undefined): string {
  const { keys } = parse(answer) ?? {};
  return Array.isArray(keys)
    ? keys
        .map(({ kid }) => String(kid))
        .sort()
        .join(" ")
    : "";
}

async function checkJwks(
  { gateway }: Patient,
  { ragApi }: Configuration,
  ready: Answer | undefined,
): Promise<Finding[]> {
  if (ragApi === undefined) return [];
  const published = kidsOf(await ask(`${gateway}/.well-known/jwks.json`));
  const answer = await ask(ragApi.jwksUrl);
  const read = kidsOf(answer);
  if (read !== "" && read === published) return [good(`rag-api's JWKS_URL, ${ragApi.jwksUrl}, has the gateway's keys`)];
  if (read !== "") {
    return [
      bad(
        `JWKS_URL, ${ragApi.jwksUrl}, has other keys than the gateway at ${gateway}`,
        "It is another gateway's: correct JWKS_URL.",
      ),
    ];
  }
  const { checks } = parse(ready) ?? {};
  // A name inside a container network means nothing here, but rag-api has said that it could read it.
  const { hostname } = new URL(ragApi.jwksUrl);
  if (
    answer === undefined &&
    !/[.:]|^localhost$/.test(hostname) &&
    (checks as Record<string, string> | undefined)?.["keys"] === "ok"
  ) {
    return [good(`rag-api has read the keys from ${ragApi.jwksUrl}, which is out of reach from here`)];
  }
  return [
    bad(
      `No key set at JWKS_URL, ${ragApi.jwksUrl}${answer === undefined ? ": nobody answers" : ` (status ${answer.status})`}`,
      "Set JWKS_URL to where rag-api reaches the gateway's /.well-known/jwks.json, or unset it to use GATEWAY_URL.",
    ),
  ];
}

async function checkAllowedOrigins(
  name: string,
  url: string,
  path: string,
  { gateway }: Configuration,
): Promise<Finding[]> {
  const refused: string[] = [];
  for (const origin of gateway?.frontendOrigins ?? []) {
    const headers = {
      origin,
      "access-control-request-method": "GET",
      "access-control-request-headers": "authorization",
    };
    const answer = await ask(url + path, { method: "OPTIONS", headers });
    if (answer?.headers.get("access-control-allow-origin") !== origin) refused.push(origin);
  }
  if (gateway === undefined) return [];
  if (refused.length === 0) return [good(`${name} lets every origin of FRONTEND_ORIGINS in`)];
  return [
    bad(
      `${name} refuses ${refused.join(", ")}, which FRONTEND_ORIGINS lists`,
      "It runs with another FRONTEND_ORIGINS, or a proxy in front answers the preflight: start it again, or mend the proxy.",
    ),
  ];
}

/** A sign-out without a session changes nothing, and its answer takes the cookie away with the cookie's attributes. */
async function checkCookie({ gateway }: Patient, { gateway: config }: Configuration): Promise<Finding> {
  const answer = await ask(`${gateway}/api/auth/sign-out`, { method: "POST", headers: { origin: gateway } });
  const cookie = answer?.headers.getSetCookie().find((line) => line.includes("session_token")) ?? "";
  const expected = config === undefined ? [] : [config.cookies.prefix, `SameSite=${config.cookies.sameSite}`];
  if (config?.cookies.secure) expected.push("Secure");
  const missing = expected.filter((part) => !cookie.toLowerCase().includes(part.toLowerCase()));
  if (cookie !== "" && missing.length === 0) return good(`The session cookie is as configured: ${expected.join(", ")}`);
  return bad(
    `The session cookie lacks ${missing.join(", ")}: ${cookie === "" ? "no cookie came" : cookie.replace(/=[^;]*/, "=…")}`,
    "The gateway runs with another configuration, or a proxy rewrites cookies: start it again, or mend the proxy.",
  );
}
