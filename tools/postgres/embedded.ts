/** The checkout's own database: started for `make dev`, or for as long as one command needs it. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { ToolFailure } from "../failure.ts";
import { prepareBinaries } from "./binaries.ts";
import { type DatabaseUrls, databaseUrls, loadCredentials } from "./credentials.ts";
import { type ClusterPlan, ensureCluster } from "./initialize.ts";
import { findPostmaster } from "./pid-file.ts";
import { findPlaces } from "./places.ts";
import { ClusterBusy, type RunningServer, startServer } from "./server.ts";

const database = "auth_gateway";
const portVariable = "POSTGRES_PORT";
const patience = 15_000;

async function planFor(checkout: string): Promise<ClusterPlan> {
  const places = findPlaces(checkout);
  const plan = {
    folder: places.cluster,
    binaries: await prepareBinaries(places.binaries),
    account: places.account,
    database,
    disposable: false,
  };
  await ensureCluster(plan);
  return plan;
}

/** Starts the checkout's database; a server that is just ending, its starter having died, is waited for. */
export async function startEmbedded(checkout: string, port: number): Promise<RunningServer> {
  const plan = await planFor(checkout);
  const deadline = Date.now() + patience;
  for (;;) {
    const running = await findPostmaster(join(plan.folder, "data"));
    if (running === undefined) {
      try {
        return await startServer(plan, port, portVariable);
      } catch (error) {
        if (!(error instanceof ClusterBusy) || Date.now() > deadline) throw error;
      }
    } else if (Date.now() > deadline) {
      throw new ToolFailure(
        `The embedded PostgreSQL of this checkout already runs (process ${running.pid}, port ${running.port}), ` +
          `started by another \`make dev\`? Stop that one first, or this process: kill -INT ${running.pid}`,
      );
    }
    await sleep(100);
  }
}

/** The lock that users of a server share, and that its starter waits for before stopping it. */
const useLock = 1_061_968_402;

async function lockUse(url: string, statement: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(statement, [useLock]);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** Stops the server once no other process uses it; who comes later is turned away, and starts it again. */
async function stopUnused(server: RunningServer): Promise<void> {
  await lockUse(server.urls.migratorUrl, "select pg_advisory_lock($1)").catch(() => undefined);
  await server.stop();
}

async function useAndRelease<T>(
  use: (urls: DatabaseUrls) => Promise<T>,
  urls: DatabaseUrls,
  release: () => Promise<void>,
): Promise<T> {
  try {
    return await use(urls);
  } finally {
    await release();
  }
}

/** Runs `use` on the checkout's database: on the server that runs already, else on one started for this. */
export async function withEmbedded<T>(
  checkout: string,
  port: number,
  use: (urls: DatabaseUrls) => Promise<T>,
): Promise<T> {
  const plan = await planFor(checkout);
  const credentials = await loadCredentials(plan.folder);
  const deadline = Date.now() + patience;
  for (;;) {
    const running = await findPostmaster(join(plan.folder, "data"));
    if (running === undefined) {
      const server = await startServer(plan, port, portVariable).catch((error: unknown) => {
        if (!(error instanceof ClusterBusy) || Date.now() > deadline) throw error;
      });
      if (server !== undefined) return await useAndRelease(use, server.urls, () => stopUnused(server));
    } else {
      const urls = databaseUrls(credentials, running.port, database);
      const guest = await lockUse(urls.migratorUrl, "select pg_advisory_lock_shared($1)").catch(() => undefined);
      if (guest !== undefined) return await useAndRelease(use, urls, () => guest.end());
      if (Date.now() > deadline) throw new ToolFailure(`PostgreSQL (process ${running.pid}) does not answer.`);
    }
    await sleep(100);
  }
}
