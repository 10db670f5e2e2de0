/** Starts and stops a PostgreSQL server on a prepared cluster. */
import type { ChildProcess } from "node:child_process";
import { open, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { ToolFailure } from "../failure.ts";
import { exitOf, hasExited, spawnGuarded } from "../process/guarded.ts";
import { requireFreePort } from "../process/ports.ts";
import { type DatabaseUrls, databaseUrls, loadCredentials } from "./credentials.ts";
import { type ClusterPlan, locale } from "./initialize.ts";
import { clearStalePidFile } from "./pid-file.ts";

export interface RunningServer {
  /** Folder of the cluster: its data, log and passwords. */
  readonly folder: string;
  readonly port: number;
  readonly urls: DatabaseUrls;
  /** Resolves when the server has ended, for whatever reason, with the status in words. */
  readonly ended: Promise<string>;
  /** Ends all sessions, and resolves when the server is gone. */
  stop(): Promise<void>;
}

/** Another process holds the data folder: its server is starting, running or ending. */
export class ClusterBusy extends ToolFailure {}

const startDeadline = 30_000;
const stopDeadline = 20_000;
const logLimit = 5_000_000;

const disposableSettings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"];

function serverArguments(plan: ClusterPlan, port: number): string[] {
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=", "timezone=UTC"];
  if (plan.disposable) settings.push(...disposableSettings);
  return ["-D", join(plan.folder, "data"), ...settings.flatMap((setting) => ["-c", setting])];
}

/** The size of the log now: what this start adds begins there. */
async function boundLog(path: string): Promise<number> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size <= logLimit) return size;
  await truncate(path, 0);
  return 0;
}

async function spawnServer(plan: ClusterPlan, port: number): Promise<ChildProcess> {
  const log = await open(join(plan.folder, "log"), "a", 0o600);
  try {
    return spawnGuarded(join(plan.binaries, "postgres"), serverArguments(plan, port), {
      deathSignal: "INT",
      account: plan.account,
      cwd: "/",
      env: { PATH: process.env.PATH, LC_ALL: locale },
      stdio: ["ignore", log.fd, log.fd],
    });
  } finally {
    await log.close();
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Start {
  readonly plan: ClusterPlan;
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
  readonly logOffset: number;
}

async function explainFailedStart(start: Start, status: string): Promise<ToolFailure> {
  const path = join(start.plan.folder, "log");
  const log = (await readFile(path)).subarray(start.logOffset).toString("utf8").trim();
  if (/lock file .* already exists|pre-existing shared memory block/.test(log)) return new ClusterBusy(log);
  return new ToolFailure(
    `PostgreSQL did not start (${status}); the end of ${path}:\n${log.split("\n").slice(-15).join("\n")}`,
  );
}

async function waitUntilReady(start: Start, url: string): Promise<void> {
  const { child, ended } = start;
  if (child.pid === undefined) await ended;
  const deadline = Date.now() + startDeadline;
  while (!(await answers(url))) {
    if (hasExited(child)) throw await explainFailedStart(start, await ended);
    if (Date.now() > deadline) {
      child.kill("SIGQUIT");
      throw await explainFailedStart(start, `no answer in ${startDeadline / 1000} s`);
    }
    await sleep(20);
  }
}

async function stopServer(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (hasExited(child)) return;
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGQUIT"), stopDeadline);
  await ended;
  clearTimeout(timer);
}

/** Starts the server; throws a ToolFailure when the port is taken, ClusterBusy when the data folder is. */
export async function startServer(plan: ClusterPlan, port: number, portVariable: string): Promise<RunningServer> {
  const credentials = await loadCredentials(plan.folder);
  await clearStalePidFile(join(plan.folder, "data"));
  await requireFreePort(port, "127.0.0.1", portVariable, "the embedded PostgreSQL");
  const logOffset = await boundLog(join(plan.folder, "log"));
  const child = await spawnServer(plan, port);
  const ended = exitOf(child);
  const urls = databaseUrls(credentials, port, plan.database);
  await waitUntilReady({ plan, child, ended, logOffset }, urls.migratorUrl);
  return { folder: plan.folder, port, urls, ended, stop: () => stopServer(child, ended) };
}
