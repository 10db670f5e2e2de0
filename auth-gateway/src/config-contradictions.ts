/** Variables that are each valid and don't fit together, or that a library would read behind our back. */
import { chooseDriver, type Environment } from "./environment.ts";
import { isSameSite } from "./same-site.ts";

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

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
  return [...hidden, ...describeDefaults(given, env), ...describeTransport(env), ...describeDriver(env)];
}

/** The defaults are those of a developer's machine; in production a forgotten one would be found only by users. */
function describeDefaults(given: Readonly<Record<string, string | undefined>>, env: Environment): string[] {
  if (env.NODE_ENV !== "production") return [];
  return ["GATEWAY_URL", "FRONTEND_ORIGINS"]
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
  if (env.NODE_ENV === "production" && !LOOPBACK.test(gateway.hostname)) {
    problems.push("GATEWAY_URL: must be https when NODE_ENV is production and the host is not this machine");
  }
  return problems;
}

function describeDriver(env: Environment): string[] {
  if (env.NEON_WS_PROXY === undefined || chooseDriver(env) === "neon") return [];
  return ["NEON_WS_PROXY: is used by the neon driver only, and DATABASE_DRIVER chooses pg"];
}
