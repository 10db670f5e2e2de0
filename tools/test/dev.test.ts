/** `make dev` as a developer meets it: started, ended in every way, started again. */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { isNotable } from "../dev/log.ts";
import { findFreePort } from "../process/ports.ts";
import { type Checkout, makeLinkedCheckout, processesOf } from "../testing/checkouts.ts";
import { type RunningCommand, startTool } from "../testing/commands.ts";
import { createTestDatabase } from "../testing/database.ts";

let checkout: Checkout;
let ports: Record<"GATEWAY_PORT" | "RAG_API_PORT" | "POSTGRES_PORT" | "MAILBOX_PORT", string>;
const started: RunningCommand[] = [];

beforeAll(async () => {
  checkout = makeLinkedCheckout();
  const [gateway, ragApi, postgres] = [await findFreePort(), await findFreePort(), await findFreePort()];
  const mailbox = await findFreePort();
  ports = {
    GATEWAY_PORT: `${gateway}`,
    RAG_API_PORT: `${ragApi}`,
    POSTGRES_PORT: `${postgres}`,
    MAILBOX_PORT: `${mailbox}`,
  };
});

afterEach(async () => {
  for (const run of started.splice(0)) run.child.kill("SIGKILL");
  await untilNothingRuns();
});

afterAll(() => checkout.remove());

function start(extra: NodeJS.ProcessEnv = {}): RunningCommand {
  const options = { cwd: checkout.path, env: { ...ports, ...extra } };
  const run = startTool(join(checkout.path, "tools/dev/main.ts"), [], options);
  started.push(run);
  return run;
}

async function untilNothingRuns(): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (processesOf(checkout.path).length > 0) {
    if (Date.now() > deadline) throw new Error(`still running:\n${processesOf(checkout.path).join("\n")}`);
    await sleep(50);
  }
}

/** What the mailbox shows, once the gateway's sign-up mail has arrived. */
async function mailsOf(port: string): Promise<unknown[]> {
  const url = `http://localhost:${port}`;
  for (;;) {
    const { items } = JSON.parse(await (await fetch(`${url}/mails`)).text());
    if (items.length === 0) {
      await sleep(100);
      continue;
    }
    const page = await fetch(url);
    expect(await page.text()).toContain(items[0].subject);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    return items;
  }
}

function findProcess(mark: string): number {
  const line = processesOf(checkout.path).find((command) => command.includes(mark));
  if (line === undefined) throw new Error(`no process with ${mark}`);
  return Number.parseInt(line, 10);
}

it("starts, prints a curl that works as pasted, and ends in order on Ctrl-C", { timeout: 120_000 }, async () => {
  const run = start();
  await run.waitFor(/Ctrl-C stops everything/);
  expect(statSync(join(checkout.path, ".env")).mode & 0o777).toBe(0o600);
  const curl = /^ +(curl .*)$/m.exec(run.output())?.[1] ?? "";
  expect(curl).toContain(`localhost:${ports.GATEWAY_PORT}`);
  expect(execFileSync("bash", ["-c", curl], { encoding: "utf8" })).toContain('"user"');
  expect(await mailsOf(ports.MAILBOX_PORT)).toMatchObject([{ subject: "Confirm your e-mail address" }]);

  run.signalGroup("SIGINT");
  expect(await run.ended).toBe("exit code 0");
  expect(processesOf(checkout.path)).toEqual([]);
  expect(run.output()).toMatch(/Stopping the services\n.*Stopping PostgreSQL\n.*Stopped\n$/);
  expect(readFileSync(join(checkout.path, ".data/logs/auth-gateway.log"), "utf8")).toContain('"stopped"');
});

it("starts again within seconds, keeps the data and the secrets, and survives kill -9", {
  timeout: 120_000,
}, async () => {
  const secrets = readFileSync(join(checkout.path, ".env"), "utf8");
  const begun = Date.now();
  const run = start();
  await run.waitFor(/Ctrl-C stops everything/);
  expect(Date.now() - begun).toBeLessThan(20_000);
  expect(run.output()).toContain("Schema is up to date");
  expect(readFileSync(join(checkout.path, ".env"), "utf8")).toBe(secrets);
  run.child.kill("SIGKILL");
  await untilNothingRuns();
});

it.each(["SIGHUP", "SIGTERM"] as const)("ends in order on %s", { timeout: 120_000 }, async (signal) => {
  const run = start();
  await run.waitFor(/Ctrl-C stops everything/);
  run.child.kill(signal);
  expect(await run.ended).toBe("exit code 0");
  expect(processesOf(checkout.path)).toEqual([]);
});

it("can be interrupted while it starts", { timeout: 120_000 }, async () => {
  for (const moment of [/Starting PostgreSQL/, /Reading/, /Starting auth-gateway/]) {
    const run = start();
    await run.waitFor(moment);
    run.signalGroup("SIGINT");
    expect(await run.ended, run.output()).toBe("exit code 0");
    expect(run.output()).not.toContain("Ready");
    expect(processesOf(checkout.path)).toEqual([]);
  }
});

it("takes the rest down when a part dies, and says which", { timeout: 120_000 }, async () => {
  for (const [mark, name] of [
    ["rag_api", "rag-api"],
    ["-D ", "PostgreSQL"],
  ] as const) {
    const run = start();
    await run.waitFor(/Ctrl-C stops everything/);
    process.kill(findProcess(mark), "SIGKILL");
    expect(await run.ended).toBe("exit code 1");
    expect(run.output()).toContain(`${name} has ended by itself (signal SIGKILL)`);
    expect(processesOf(checkout.path)).toEqual([]);
  }
});

it("says which port is taken and which variable chooses another", { timeout: 120_000 }, async () => {
  for (const [variable, port] of Object.entries(ports)) {
    const blocker = createServer();
    await new Promise<void>((resolve) => void blocker.listen(Number(port), "127.0.0.1", resolve));
    const run = start();
    expect(await run.ended).toBe("exit code 1");
    expect(run.output()).toMatch(new RegExp(`Port ${port} on 127.0.0.1, .* is taken.*${variable}`));
    expect(processesOf(checkout.path)).toEqual([]);
    blocker.close();
  }
});

it("says why a service did not come up, and exits with 1", { timeout: 120_000 }, async () => {
  const run = start({ FRONTEND_ORIGINS: "*" });
  expect(await run.ended).toBe("exit code 1");
  expect(run.output()).toMatch(/auth-gateway \| .*FRONTEND_ORIGINS/);
  expect(run.output()).toContain("auth-gateway ended before it was ready");
  expect(processesOf(checkout.path)).toEqual([]);
});

it("uses the database that DATABASE_URL names, and starts none", { timeout: 120_000 }, async () => {
  const database = await createTestDatabase();
  const run = start({
    DATABASE_URL: database.migratorUrl,
    AUTH_GATEWAY_DATABASE_URL: database.authGatewayUrl,
    RAG_API_DATABASE_URL: database.ragApiUrl,
  });
  await run.waitFor(/Ctrl-C stops everything/);
  expect(run.output()).not.toContain("Starting PostgreSQL");
  run.signalGroup("SIGINT");
  expect(await run.ended).toBe("exit code 0");
  await database.drop();
});

it("shows warnings, errors and what is no log line; the rest only goes to the file", () => {
  expect(isNotable('{"level":"info","msg":"request"}')).toBe(false);
  expect(isNotable('{"level":30,"msg":"request"}')).toBe(false);
  expect(isNotable('{"level":"warning","msg":"slow"}')).toBe(true);
  expect(isNotable('{"level":50,"msg":"failed"}')).toBe(true);
  expect(isNotable("Traceback (most recent call last):")).toBe(true);
  expect(isNotable("")).toBe(false);
});
