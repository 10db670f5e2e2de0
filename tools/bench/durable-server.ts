/** The cluster of a benchmark on PostgreSQL's own, durable settings, to be killed and started again. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { checkout } from "../checkout.ts";
import { errorCode } from "../failure.ts";
import { prepareBinaries } from "../postgres/binaries.ts";
import type { DisposableServer } from "../postgres/disposable.ts";
import { findPlaces } from "../postgres/places.ts";
import { type RunningServer, startServer } from "../postgres/server.ts";

export interface DurableServer {
  /** SIGKILL for the server and all of its processes; resolves when the server is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port; resolves when it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function listProcesses({ superuserUrl, folder }: DisposableServer): Promise<number[]> {
  const client = new Client({ connectionString: superuserUrl });
  client.on("error", () => undefined);
  await client.connect();
  const sql = "select pid from pg_stat_activity where pid <> pg_backend_pid()";
  const { rows } = await client.query<{ pid: number }>(sql).finally(() => client.end());
  const [server = ""] = (await readFile(join(folder, "data", "postmaster.pid"), "utf8")).split("\n");
  return [Number(server), ...rows.map(({ pid }) => pid)];
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It may have ended with the server.
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

/** Ends the disposable server, whose settings forget what they acknowledged, and starts the cluster as in production. */
export async function makeDurable(disposable: DisposableServer): Promise<DurableServer> {
  const { account, binaries } = findPlaces(checkout);
  const { folder, port } = disposable;
  const plan = { folder, account, binaries: await prepareBinaries(binaries), database: "bench", disposable: false };
  const launch = () => startServer(plan, port, "the port of before");
  await disposable.stop();
  let running: RunningServer = await launch();
  return {
    async kill() {
      for (const pid of await listProcesses(disposable)) killNow(pid);
      await running.ended;
    },
    async start() {
      running = await launch();
    },
    stop: () => running.stop(),
  };
}
