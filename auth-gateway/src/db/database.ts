/** The connection pool under drizzle: pg over TCP, or Neon's driver over WebSocket. */
import * as schema from "@auth-gateway/shared-schema/auth";
import { Pool as NeonPool, neonConfig } from "@neondatabase/serverless";
import { drizzle as drizzleNeon } from "drizzle-orm/neon-serverless";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import pg from "pg";
import { WebSocket } from "ws";
import type { Config } from "../config.ts";
import type { Logger } from "../logger.ts";
import { borrowForTransaction } from "./transactions.ts";

export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;

/** What both drivers' pools have in common and the gateway uses. */
export interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  /** Callers that wait for a connection. */
  readonly waitingCount: number;
  on(event: "connect", listener: (client: PoolClient) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

interface PoolClient {
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface DatabaseConnection {
  readonly db: Database;
  readonly pool: Pool;
}

const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;

/** Opens no connection yet: the pool connects with the first query. */
export function openDatabase(
  config: Config["database"],
  logger: Logger,
  queryTimeoutMs: number = QUERY_TIMEOUT_MS,
): DatabaseConnection {
  const options = {
    connectionString: config.url,
    max: config.poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    application_name: "auth-gateway",
  };
  const connection = config.driver === "neon" ? openNeon(options, config.neonWsProxy) : openPg(options);
  // Without a listener one broken connection ends the process. Idle ones report to the pool; of borrowed ones the
  // failing query tells.
  connection.pool.on("error", (err) => logger.warn({ err }, "an idle database connection broke"));
  connection.pool.on("connect", (client) => client.on("error", () => undefined));
  return connection;
}

function openPg(options: pg.PoolConfig): DatabaseConnection {
  const pool = new pg.Pool(options);
  const db = drizzlePg({ client: pool, schema });
  db.transaction = borrowForTransaction(
    () => pool.connect(),
    (client) => drizzlePg({ client, schema }),
  );
  return { db, pool };
}

function openNeon(options: pg.PoolConfig, wsProxy: string | undefined): DatabaseConnection {
  neonConfig.webSocketConstructor = WebSocket;
  // Collecting writes for a tick makes each query five times slower on a fast network.
  neonConfig.coalesceWrites = false;
  if (wsProxy !== undefined) {
    neonConfig.wsProxy = wsProxy;
    neonConfig.useSecureWebSocket = false;
    neonConfig.pipelineTLS = false;
    neonConfig.pipelineConnect = false;
  }
  const pool = new NeonPool(options);
  const db = drizzleNeon({ client: pool, schema });
  db.transaction = borrowForTransaction(
    () => pool.connect(),
    (client) => drizzleNeon({ client, schema }),
  );
  return { db, pool };
}
