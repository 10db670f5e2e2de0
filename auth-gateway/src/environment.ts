/** The variables that the gateway reads, and the shape of each. */
import { z } from "zod";
import {
  audiences,
  authSecrets,
  duration,
  hostAndPort,
  httpUrl,
  limit,
  mailSender,
  networkList,
  origin,
  originList,
  postgresUrl,
  smtpUrl,
} from "./config-values.ts";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

/** Every variable that the gateway reads; `.env.example` is held against it. */
export const environmentSchema = z.object({
  NODE_ENV: z.string().default("development"),
  AUTH_GATEWAY_DATABASE_URL: postgresUrl,
  DATABASE_DRIVER: z.enum(["auto", "pg", "neon"]).default("auto"),
  NEON_WS_PROXY: hostAndPort.optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2, "must be at least 2").max(1000).default(10),
  GATEWAY_URL: origin.default("http://localhost:3000"),
  GATEWAY_HOST: z.string().min(1).default("127.0.0.1"),
  GATEWAY_PORT: port(3000),
  AUTH_SECRETS: authSecrets,
  FRONTEND_ORIGINS: originList.default(["http://localhost:5173"]),
  TOKEN_AUDIENCES: audiences.default(["rag-api"]),
  KEY_PUBLISH_AHEAD: duration.default(20 * 60_000),
  KEY_ROTATION_INTERVAL: duration.default(30 * 86_400_000),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailSender.optional(),
  GITHUB_CLIENT_ID: z.string().min(1).optional(),
  GITHUB_CLIENT_SECRET: z.string().min(1).optional(),
  GOOGLE_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_ISSUER: httpUrl.optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  PASSKEYS: z.enum(["on", "off"]).default("off"),
  TWO_FACTOR: z.enum(["on", "off"]).default("off"),
  RAG_API_URL: httpUrl.default("http://localhost:8000"),
  SIGN_UP: z.enum(["open", "verify"]).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(30, "must be at least 30").max(36_500).default(400),
  ERASURE_GRACE: duration.default(20 * 3_600_000),
  ERASURE_JOURNAL: z.string().min(1).default(".data/erasure-journal.jsonl"),
  BACKUP_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(30),
  TRUSTED_PROXIES: networkList.default([]),
  UV_THREADPOOL_SIZE: z.coerce.number().int().min(1).max(1024).default(4),
  AUTH_LIMIT_ACCOUNT: limit.default({ quota: 10, window: 15 * 60_000 }),
  AUTH_LIMIT_ADDRESS: limit.default({ quota: 100, window: 15 * 60_000 }),
  AUTH_LIMIT_CLIENT: limit.default({ quota: 20, window: 15 * 60_000 }),
  AUTH_LIMIT_SIGN_UP: limit.default({ quota: 100, window: 3_600_000 }),
  AUTH_LIMIT_MAIL_ACCOUNT: limit.default({ quota: 10, window: 3_600_000 }),
  AUTH_LIMIT_MAIL_ADDRESS: limit.default({ quota: 100, window: 3_600_000 }),
  AUTH_LIMIT_CHALLENGES: limit.default({ quota: 300, window: 15 * 60_000 }),
  AUTH_LIMIT_READS: limit.default({ quota: 6_000, window: 10_000 }),
  PASSWORD_BREACH_API: httpUrl.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

export type Environment = z.infer<typeof environmentSchema>;

export function chooseDriver(env: Pick<Environment, "DATABASE_DRIVER" | "AUTH_GATEWAY_DATABASE_URL">): "pg" | "neon" {
  if (env.DATABASE_DRIVER !== "auto") return env.DATABASE_DRIVER;
  return new URL(env.AUTH_GATEWAY_DATABASE_URL).hostname.endsWith(".neon.tech") ? "neon" : "pg";
}
