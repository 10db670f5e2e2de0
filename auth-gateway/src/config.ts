/** The process environment, parsed once into one frozen value; a bad one names every bad variable. */
import type { z } from "zod";
import { findContradictions } from "./config-contradictions.ts";
import type { AuthSecret } from "./config-values.ts";
import { chooseDriver, type Environment, environmentSchema } from "./environment.ts";
import { type SameSite, sameSiteFor } from "./same-site.ts";

export interface Config {
  readonly gatewayUrl: string;
  readonly host: string;
  readonly port: number;
  readonly database: {
    readonly url: string;
    readonly driver: "pg" | "neon";
    readonly poolSize: number;
    readonly neonWsProxy: string | undefined;
  };
  readonly authSecrets: readonly AuthSecret[];
  readonly frontendOrigins: readonly string[];
  /** Origins that may act with a session cookie: the frontends and the gateway itself. */
  readonly trustedOrigins: readonly string[];
  readonly cookies: { readonly secure: boolean; readonly sameSite: SameSite };
  readonly tokenAudiences: readonly [string, ...string[]];
  readonly logLevel: Environment["LOG_LEVEL"];
}

/** Carries one line for each bad variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** @throws {ConfigError} naming every bad variable, and what contradicts what. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable is what an unset line of a .env file gives.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environmentSchema.safeParse(given);
  const problems = [
    ...(parsed.success ? [] : describeIssues(parsed.error, given)),
    ...findContradictions(given, parsed.data),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return freeze(toConfig(parsed.data));
}

function describeIssues(error: z.ZodError, given: Readonly<Record<string, unknown>>): string[] {
  return error.issues.map((issue) => {
    const name = issue.path[0]?.toString() ?? "environment";
    return `${name}: ${name in given ? issue.message : "is required"}`;
  });
}

function toConfig(env: Environment): Config {
  return {
    gatewayUrl: env.GATEWAY_URL,
    host: env.GATEWAY_HOST,
    port: env.GATEWAY_PORT,
    database: {
      url: env.AUTH_GATEWAY_DATABASE_URL,
      driver: chooseDriver(env),
      poolSize: env.DATABASE_POOL_SIZE,
      neonWsProxy: env.NEON_WS_PROXY,
    },
    authSecrets: env.AUTH_SECRETS,
    frontendOrigins: env.FRONTEND_ORIGINS,
    trustedOrigins: [...new Set([...env.FRONTEND_ORIGINS, env.GATEWAY_URL])],
    cookies: {
      secure: env.GATEWAY_URL.startsWith("https:"),
      sameSite: sameSiteFor(env.GATEWAY_URL, env.FRONTEND_ORIGINS),
    },
    tokenAudiences: env.TOKEN_AUDIENCES,
    logLevel: env.LOG_LEVEL,
  };
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) freeze(member);
    Object.freeze(value);
  }
  return value;
}
