/** The variables that the gateway reads, and the shape of each. */
import { z } from "zod";
import { audiences, authSecrets, hostAndPort, origin, originList, postgresUrl } from "./config-values.ts";

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
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

export type Environment = z.infer<typeof environmentSchema>;

export function chooseDriver(env: Pick<Environment, "DATABASE_DRIVER" | "AUTH_GATEWAY_DATABASE_URL">): "pg" | "neon" {
  if (env.DATABASE_DRIVER !== "auto") return env.DATABASE_DRIVER;
  return new URL(env.AUTH_GATEWAY_DATABASE_URL).hostname.endsWith(".neon.tech") ? "neon" : "pg";
}
