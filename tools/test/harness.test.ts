/** The test harness itself: `tools/test.ts -- command` leaves nothing behind, however it ends. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { checkout } from "../checkout.ts";
import { runTool, startTool } from "../testing/commands.ts";

const script = join(checkout, "tools/test.ts");
const options = { cwd: checkout };

const foldersOf = (pid: number | undefined) =>
  readdirSync("/tmp").filter((name) => name.startsWith(`auth-gateway-test-${pid}-`));

it("gives the command the three URLs of a migrated template, and passes its exit code on", async () => {
  const print = 'printf "%s\\n" "$TEST_MIGRATOR_URL" "$TEST_AUTH_GATEWAY_URL" "$TEST_RAG_API_URL"; exit 7';
  const { status, output } = await runTool(script, ["--", "sh", "-c", print], options);
  expect(status).toBe("exit code 7");
  expect(output).toMatch(/^postgresql:\/\/migrator:.*\/template_app\n.*\/\/auth_gateway:.*\n.*\/\/rag_api:.*\n$/);
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("stops the command and the database on %s", async (signal, code) => {
  const run = startTool(script, ["--", "sh", "-c", "echo begun; exec sleep 600"], options);
  await run.waitFor(/begun/);
  expect(foldersOf(run.child.pid)).toHaveLength(1);
  if (signal === "SIGTERM") run.child.kill(signal);
  else run.signalGroup(signal);
  expect(await run.ended, run.output()).toBe(`exit code ${code}`);
  expect(foldersOf(run.child.pid)).toEqual([]);
});

it("cleans up after a run that was killed", async () => {
  const killed = startTool(script, ["--", "sh", "-c", "echo begun; read line"], options);
  await killed.waitFor(/begun/);
  killed.signalGroup("SIGKILL");
  await killed.ended;
  expect(foldersOf(killed.child.pid)).toHaveLength(1);
  // The server ends by itself, its starter being dead; the next run removes what it left.
  await sleep(500);
  expect(await runTool(script, ["--", "true"], options)).toMatchObject({ status: "exit code 0" });
  expect(foldersOf(killed.child.pid)).toEqual([]);
});

it("says which command it could not run", async () => {
  const { status, output } = await runTool(script, ["--", "no-such-command"], options);
  expect(status).toBe("exit code 127");
  expect(output).toContain("cannot run no-such-command");
});
