/** What a benchmark runs on: a cluster, keys, a model and rag-api, all of its own and all removed at the end. */
import { join } from "node:path";
import { Client } from "pg";
import { checkout } from "../checkout.ts";
import { startService } from "../dev/service.ts";
import type { Environment } from "../environment.ts";
import { loginsOf } from "../migrate/logins.ts";
import { migrateDatabase } from "../migrate/migrate.ts";
import { type DisposableServer, startDisposable } from "../postgres/disposable.ts";
import { findFreePort } from "../process/ports.ts";
import { ragApiCommand, ragApiEnvironment } from "../services.ts";
import { startModelServer } from "../testing/model-server.ts";
import { type DurableServer, makeDurable } from "./durable-server.ts";
import { type Issuer, startIssuer } from "./issuer.ts";

export const audience = "rag-api";

/** PostgreSQL's default of 128 MB is for a small machine; the large history takes up twice this. */
const sharedBuffers = "1GB";

export interface Stage {
  readonly server: DisposableServer;
  /** The same server, to be killed and started again. */
  readonly database: DurableServer;
  readonly issuer: Issuer;
  /** Address of rag-api. */
  readonly url: string;
  /** Its process. */
  readonly pid: number | undefined;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function startApi(server: DisposableServer, issuer: Issuer, settings: Environment) {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const own = { JWKS_URL: issuer.url, GATEWAY_URL: issuer.url, TOKEN_AUDIENCE: audience, LOG_LEVEL: "warn" };
  const place = { PATH: process.env.PATH, RAG_API_PORT: String(port), FRONTEND_ORIGINS: url };
  const environment = ragApiEnvironment({ ...own, ...place, ...settings }, server.urls);
  const logs = server.folder;
  const service = await startService({ name: "rag-api", command: ragApiCommand, environment, url, logs });
  try {
    await service.waitUntilReady();
  } catch (error) {
    service.kill();
    throw error;
  }
  return { url, pid: service.pid, stop: () => service.stop() };
}

/** Runs rag-api with these settings for the time of the work; its agent asks a model that streams as it is told. */
async function withApi<Result>(
  settings: Environment,
  stage: Omit<Stage, "url" | "pid">,
  work: (stage: Stage) => Promise<Result>,
) {
  const model = await startModelServer();
  try {
    const agent = { AGENT: "openai", OPENAI_BASE_URL: model.url, OPENAI_MODEL: "bench" };
    const api = await startApi(stage.server, stage.issuer, { ...agent, ...settings });
    try {
      return await work({ ...stage, url: api.url, pid: api.pid });
    } finally {
      await api.stop();
    }
  } finally {
    await model.stop();
  }
}

async function migrate({ urls, superuserUrl }: DisposableServer): Promise<void> {
  const folder = join(checkout, "migrations");
  await migrateDatabase({ ownerUrl: urls.migratorUrl, folder, logins: loginsOf(urls), say: () => undefined });
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`alter system set shared_buffers = '${sharedBuffers}'`).finally(() => client.end());
}

/**
 * `prepare` fills the migrated database with settings that are fast and forgetful; what it gives is handed on to the
 * work, for which the database has durable ones.
 */
export async function onStage<Prepared, Result>(
  settings: Environment,
  prepare: (server: DisposableServer) => Promise<Prepared>,
  work: (stage: Stage, prepared: Prepared) => Promise<Result>,
): Promise<Result> {
  const server = await startDisposable(checkout, "bench");
  const issuer = await startIssuer(audience);
  try {
    await migrate(server);
    const prepared = await prepare(server);
    const database = await makeDurable(server);
    try {
      return await withApi(settings, { server, database, issuer }, (stage) => work(stage, prepared));
    } finally {
      await database.stop();
    }
  } finally {
    issuer.close();
    await server.remove();
  }
}
