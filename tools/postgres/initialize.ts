/** Makes a cluster, complete with its roles and database, in a sibling folder; a rename publishes it whole or not at all. */
import type { ChildProcess } from "node:child_process";
import { chown, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { errorCode, ToolFailure } from "../failure.ts";
import type { Account } from "../process/guarded.ts";
import { exitOf, spawnGuarded } from "../process/guarded.ts";
import { findCommandLine } from "../process/inspect.ts";
import { type Credentials, makeCredentials, saveCredentials } from "./credentials.ts";

export interface ClusterPlan {
  /** Folder that will hold data/, credentials.json and the log. */
  readonly folder: string;
  readonly binaries: string;
  readonly account: Account | undefined;
  /** Database that the migrator owns. */
  readonly database: string;
  /** A cluster for one test run: its migrator may make databases and end their connections; nothing is synced. */
  readonly disposable: boolean;
}

/** Deterministic text order on every machine, as on Neon; macOS has no C.UTF-8 for the character classes. */
export const locale = process.platform === "darwin" ? "en_US.UTF-8" : "C.UTF-8";

async function finish(child: ChildProcess, step: string): Promise<void> {
  const output = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : "")));
  const status = await exitOf(child);
  const lines = (await output).join("");
  if (status !== "exit code 0") throw new ToolFailure(`${step} failed (${status}):\n${lines.trim()}`);
}

async function runInitdb(plan: ClusterPlan, data: string, passwordFile: string): Promise<void> {
  const args = ["--pgdata", data, "--username", "postgres", "--pwfile", passwordFile, "--auth", "scram-sha-256"];
  args.push("--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", locale);
  if (plan.disposable) args.push("--no-sync");
  const child = spawnGuarded(join(plan.binaries, "initdb"), args, {
    deathSignal: "TERM",
    account: plan.account,
    cwd: "/",
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await finish(child, "initdb");
}

/** Single-user mode: no port, no password exchange, and the cluster is complete before anyone can see it. */
async function makeRoles(plan: ClusterPlan, data: string, credentials: Credentials): Promise<void> {
  const createdb = plan.disposable ? " createdb" : "";
  const statements = [
    `create role migrator login createrole${createdb} password '${credentials.migrator}'`,
    ...(plan.disposable ? ["grant pg_signal_backend to migrator"] : []),
    `create database "${plan.database}" owner migrator`,
  ];
  const args = ["--single", "-D", data, "-c", "exit_on_error=on", "postgres"];
  const child = spawnGuarded(join(plan.binaries, "postgres"), args, {
    deathSignal: "TERM",
    account: plan.account,
    cwd: "/",
    env: { PATH: process.env.PATH, LC_ALL: locale },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin?.on("error", () => undefined).end(`${statements.join("\n")}\n`);
  await finish(child, "postgres --single");
}

/** Folders of processes that were killed while they made a cluster. */
async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.init-`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    const maker = Number(name.slice(prefix.length));
    if ((await findCommandLine(maker)) !== undefined) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 20 });
  }
}

async function publish(partial: string, folder: string): Promise<void> {
  try {
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (errorCode(error) !== "ENOTEMPTY" && errorCode(error) !== "EEXIST") throw error;
  }
}

/** Makes the cluster unless it is there; of several processes that try at once, one wins and all use its. */
export async function ensureCluster(plan: ClusterPlan): Promise<void> {
  if ((await stat(plan.folder).catch(() => undefined)) !== undefined) return;
  await mkdir(dirname(plan.folder), { recursive: true });
  await removeAbandoned(plan.folder);
  const partial = `${plan.folder}.init-${process.pid}`;
  const data = join(partial, "data");
  await mkdir(partial, { mode: 0o755 });
  await mkdir(data, { mode: 0o700 });
  const credentials = makeCredentials();
  const passwordFile = join(partial, "superuser-password");
  await writeFile(passwordFile, credentials.superuser, { mode: 0o600 });
  if (plan.account !== undefined) {
    for (const path of [data, passwordFile]) await chown(path, plan.account.uid, plan.account.gid);
  }
  await runInitdb(plan, data, passwordFile);
  await rm(passwordFile);
  await makeRoles(plan, data, credentials);
  await saveCredentials(partial, credentials);
  await publish(partial, plan.folder);
}
