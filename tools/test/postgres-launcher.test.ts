/** The launcher against what happens to databases on developers' machines. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkout } from "../checkout.ts";
import { type ClusterPlan, ensureCluster } from "../postgres/initialize.ts";
import { findPostmaster } from "../postgres/pid-file.ts";
import { type RunningServer, startServer } from "../postgres/server.ts";
import { findCommandLine } from "../process/inspect.ts";
import { findFreePort } from "../process/ports.ts";
import { startTool } from "../testing/commands.ts";
import { planIn } from "./fixtures/plan.ts";

let folder: string;
let plan: ClusterPlan;
let port: number;
const servers: RunningServer[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync("/tmp/launcher-");
  chmodSync(folder, 0o711);
  plan = await planIn(folder);
  port = await findFreePort();
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(plan.folder, "data");

async function start(): Promise<RunningServer> {
  await ensureCluster(plan);
  const server = await startServer(plan, port, "POSTGRES_PORT");
  servers.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return await client.query({ text: sql, rowMode: "array" }).then(
    ({ rows }) => client.end().then(() => rows),
    (error: unknown) => client.end().then(() => Promise.reject(error)),
  );
}

async function postmaster(): Promise<number> {
  const found = await findPostmaster(data());
  if (found === undefined) throw new Error("no server runs");
  return found.pid;
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await findCommandLine(pid)) !== undefined) {
    if (Date.now() > deadline) throw new Error(`process ${pid} still runs`);
    await sleep(20);
  }
}

it("listens on loopback with passwords, and no socket file; the migrator owns the database and is no superuser", async () => {
  const { urls } = await start();
  expect(await query(urls.migratorUrl, "show listen_addresses")).toEqual([["127.0.0.1"]]);
  const [, , , , socketFolder] = readFileSync(join(data(), "postmaster.pid"), "utf8").split("\n");
  expect(socketFolder).toBe("");
  expect(await query(urls.migratorUrl, "show password_encryption")).toEqual([["scram-sha-256"]]);
  const role = "select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user";
  expect(await query(urls.migratorUrl, role)).toEqual([[false, true, false]]);
  const owner = "select datdba::regrole::text from pg_database where datname = current_database()";
  expect(await query(urls.migratorUrl, owner)).toEqual([["migrator"]]);
  const wrong = urls.migratorUrl.replace(/:[^:@]+@/, ":wrong@");
  await expect(query(wrong, "select 1")).rejects.toMatchObject({ code: "28P01" });
  expect(readFileSync(join(data(), "pg_hba.conf"), "utf8")).not.toMatch(/^\w.*(trust|password|md5)\s*$/m);
  expect(statSync(join(plan.folder, "credentials.json")).mode & 0o777).toBe(0o600);
});

it("keeps the data over an orderly stop", async () => {
  const first = await start();
  await query(first.urls.migratorUrl, "create table kept as select 42 as answer");
  const pid = await postmaster();
  await first.stop();
  expect(await findCommandLine(pid)).toBeUndefined();
  const second = await start();
  expect(await query(second.urls.migratorUrl, "select answer from kept")).toEqual([[42]]);
});

it("starts again after kill -9 of the server", async () => {
  const first = await start();
  process.kill(await postmaster(), "SIGKILL");
  expect(await first.ended).toBe("signal SIGKILL");
  const second = await start();
  expect(await query(second.urls.migratorUrl, "select 1")).toEqual([[1]]);
});

it("is ended by the death of the process that started it", async () => {
  const starter = startTool("tools/test/fixtures/serve.ts", [folder, String(port)], { cwd: checkout });
  children.push(starter.child);
  await starter.waitFor(/serving/);
  const pid = await postmaster();
  starter.child.kill("SIGKILL");
  await untilGone(pid);
  expect(readdirSync(data())).not.toContain("postmaster.pid");
});

it("is not stopped by a pid file that names a stranger's live process", async () => {
  const first = await start();
  const pidFile = readFileSync(join(data(), "postmaster.pid"), "utf8");
  await first.stop();
  const stranger = spawn("sleep", ["600"]);
  children.push(stranger);
  writeFileSync(join(data(), "postmaster.pid"), pidFile.replace(/^\d+/, String(stranger.pid)), { mode: 0o666 });
  const second = await start();
  expect(await query(second.urls.migratorUrl, "select 1")).toEqual([[1]]);
  expect(stranger.exitCode).toBeNull();
});

it("is not stopped by a pid file that names a zombie", async () => {
  const first = await start();
  const pidFile = readFileSync(join(data(), "postmaster.pid"), "utf8");
  await first.stop();
  // The shell never waits for its child: `sleep 0` stays a zombie as long as the exec'ed sleep lives.
  const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 600"], { stdio: ["ignore", "pipe", "ignore"] });
  children.push(parent);
  const zombie: string = await new Promise((resolve) =>
    parent.stdout?.once("data", (text) => resolve(`${text}`.trim())),
  );
  await untilGone(Number(zombie));
  expect(readFileSync(`/proc/${zombie}/stat`, "utf8")).toContain(") Z ");
  writeFileSync(join(data(), "postmaster.pid"), pidFile.replace(/^\d+/, zombie));
  const second = await start();
  expect(await query(second.urls.migratorUrl, "select 1")).toEqual([[1]]);
});

it("names the taken port, and the variable that chooses another", async () => {
  await ensureCluster(plan);
  const blocker = createServer();
  await new Promise<void>((resolve) => void blocker.listen(port, "127.0.0.1", resolve));
  try {
    await expect(start()).rejects.toThrow(new RegExp(`Port ${port} on 127.0.0.1.*is taken.*POSTGRES_PORT=${port + 1}`));
  } finally {
    blocker.close();
  }
});

it("makes the cluster anew when the first making was killed", async () => {
  const maker = startTool("tools/test/fixtures/serve.ts", [folder, String(port)], { cwd: checkout });
  children.push(maker.child);
  await maker.waitFor(/initializing/);
  const deadline = Date.now() + 10_000;
  const partial = () => readdirSync(folder).find((name) => name.startsWith("postgres.init-"));
  while (!existsSync(join(folder, partial() ?? "nothing yet", "data", "base"))) {
    if (Date.now() > deadline) throw new Error("initdb did not begin");
    await sleep(5);
  }
  maker.child.kill("SIGKILL");
  await maker.ended;
  expect(readdirSync(folder)).not.toContain("postgres");
  const server = await start();
  expect(await query(server.urls.migratorUrl, "select 1")).toEqual([[1]]);
  expect(readdirSync(folder)).toEqual(["postgres"]);
});

it("refuses a second server on the same data, and says that it is busy", async () => {
  await start();
  port = await findFreePort();
  await expect(start()).rejects.toThrow(/lock file .* already exists/);
});

it("shows the end of PostgreSQL's log when it cannot start", async () => {
  await ensureCluster(plan);
  writeFileSync(join(data(), "postgresql.conf"), "shared_buffers = nonsense\n", { flag: "a" });
  await expect(start()).rejects.toThrow(/did not start.*\n.*shared_buffers/s);
});
