/** The process environment, parsed once into one frozen value; a bad one names every bad variable. */
import type { z } from "zod";
import type { Limits } from "./abuse/limits.ts";
import { findContradictions } from "./config-contradictions.ts";
import { passkeyDomainOf, type SocialProviders, socialProvidersOf } from "./config-sign-in.ts";
import type { AuthSecret } from "./config-values.ts";
import { chooseDriver, type Environment, environmentSchema } from "./environment.ts";
import type { KeyPolicy } from "./keys/policy.ts";
import { type SameSite, sameSiteFor } from "./same-site.ts";

export interface Config {
  readonly gatewayUrl: string;
  /** Where browsers find rag-api; without a trailing slash. */
  readonly ragApiUrl: string;
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
  readonly cookies: { readonly prefix: string; readonly secure: boolean; readonly sameSite: SameSite };
  readonly tokenAudiences: readonly [string, ...string[]];
  readonly keyPolicy: KeyPolicy;
  /** Undefined: no mail can be sent, so everything that needs one is off. */
  readonly mail: { readonly url: string; readonly from: string } | undefined;
  readonly social: SocialProviders;
  /** The domain that passkeys are bound to; undefined: there are none. */
  readonly passkeyDomain: string | undefined;
  readonly twoFactor: boolean;
  /** `open`: a session at once, and a taken address is told. `verify`: neither, until a mailed link was used. */
  readonly signUp: "open" | "verify";
  readonly auditRetentionDays: number;
  readonly erasure: ErasureConfig;
  /** Undefined: nothing is traced. Without a trailing slash. */
  readonly otlpEndpoint: string | undefined;
  /** Undefined: nothing is measured. */
  readonly metricsPort: number | undefined;
  /** Networks (CIDR) of the proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Threads that hash passwords, among other things; libuv reads the same variable. */
  readonly threadPoolSize: number;
  readonly limits: Limits;
  /** A k-anonymity range API for breached passwords; undefined: the bundled list alone. */
  readonly passwordBreachApi: string | undefined;
  readonly logLevel: Environment["LOG_LEVEL"];
}

export interface ErasureConfig {
  /** How long a deletion can be undone. */
  readonly graceMs: number;
  /** File outside the database that remembers who was erased, for the time after a restore. */
  readonly journal: string;
  /** For how long backups, or the provider's history, can bring erased data back. */
  readonly backupRetentionDays: number;
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
    ragApiUrl: env.RAG_API_URL.replace(/\/$/, ""),
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
      // Browsers bind a `__Host-` cookie to this host over https, and refuse one over http, as in development.
      prefix: env.GATEWAY_URL.startsWith("https:") ? "__Host-auth" : "auth",
      secure: env.GATEWAY_URL.startsWith("https:"),
      sameSite: sameSiteFor(env.GATEWAY_URL, env.FRONTEND_ORIGINS),
    },
    tokenAudiences: env.TOKEN_AUDIENCES,
    keyPolicy: { publishAhead: env.KEY_PUBLISH_AHEAD, rotationInterval: env.KEY_ROTATION_INTERVAL },
    mail:
      env.SMTP_URL === undefined || env.MAIL_FROM === undefined
        ? undefined
        : { url: env.SMTP_URL, from: env.MAIL_FROM },
    social: socialProvidersOf(env),
    passkeyDomain: passkeyDomainOf(env),
    twoFactor: env.TWO_FACTOR === "on",
    signUp: env.SIGN_UP ?? (env.SMTP_URL === undefined ? "open" : "verify"),
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    metricsPort: env.METRICS_PORT,
    auditRetentionDays: env.AUDIT_RETENTION_DAYS,
    erasure: {
      graceMs: env.ERASURE_GRACE,
      journal: env.ERASURE_JOURNAL,
      backupRetentionDays: env.BACKUP_RETENTION_DAYS,
    },
    trustedProxies: env.TRUSTED_PROXIES,
    threadPoolSize: env.UV_THREADPOOL_SIZE,
    limits: {
      account: env.AUTH_LIMIT_ACCOUNT,
      address: env.AUTH_LIMIT_ADDRESS,
      client: env.AUTH_LIMIT_CLIENT,
      signUp: env.AUTH_LIMIT_SIGN_UP,
      mailAccount: env.AUTH_LIMIT_MAIL_ACCOUNT,
      mailAddress: env.AUTH_LIMIT_MAIL_ADDRESS,
      challenges: env.AUTH_LIMIT_CHALLENGES,
      reads: env.AUTH_LIMIT_READS,
    },
    passwordBreachApi: env.PASSWORD_BREACH_API,
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
