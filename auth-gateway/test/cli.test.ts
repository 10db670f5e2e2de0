/** The commands for keys, secrets and machine clients, run as an operator runs them. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { AuditEvent } from "../src/audit/models.ts";
import { client, clientList } from "../src/cli/clients.ts";
import { type Command, CommandFailure } from "../src/cli/command.ts";
import { keysRevoke, keysRotate, keysStatus } from "../src/cli/keys.ts";
import { secretsRotate } from "../src/cli/secrets.ts";
import { parseConfig } from "../src/config.ts";
import { SECRETS, type TestEnvironment, testEnvironment } from "./harness/environment.ts";
import { signUp } from "./harness/people.ts";
import { useGateway } from "./harness/suite.ts";

const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const suite = useGateway();

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

async function runProcess(args: readonly string[]): Promise<Outcome> {
  const env = { PATH: process.env["PATH"], ...testEnvironment(suite.database.authGatewayUrl) };
  const child = spawn(process.execPath, ["--import", "tsx", main, ...args], { env });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output: output + errors };
}

const recorded: AuditEvent[] = [];

/** In this process: each start of a new one takes seconds on a busy machine. */
async function run(command: Command, args: Record<string, string> = {}, env: TestEnvironment = {}): Promise<Outcome> {
  const { database, logger, clock } = suite.gateway.dependencies;
  const lines: string[] = [];
  const config = parseConfig(testEnvironment(suite.database.authGatewayUrl, env));
  const audit = { record: (event: AuditEvent) => void recorded.push(event) };
  const argument = (name: string) => args[name] ?? "";
  const context = {
    config,
    db: database.db,
    logger,
    clock,
    audit,
    argument,
    say: (line = "") => void lines.push(line),
  };
  try {
    const code = await command(context);
    return { code, output: `${lines.join("\n")}\n` };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { code: 1, output: `${lines.join("\n")}\n${error.message}\n` };
  }
}

const rowOf = ({ output }: Outcome, status: string) =>
  output.split("\n").find((line) => line.includes(`  ${status}`)) ?? "";
const kidOf = (row: string) => row.split(" ")[0] ?? "";

it("keys: status, rotate, revoke", async () => {
  const first = await run(keysStatus);
  expect(first.output.split("\n")[0]).toMatch(
    /^kid +status +created +signs from +signs until +leaves the JWKS +secret$/,
  );
  const [active, next] = [kidOf(rowOf(first, "active")), kidOf(rowOf(first, "next"))];
  expect(rowOf(first, "active")).toMatch(/ 1$/);

  const planned = await run(keysRotate);
  expect(planned.output).toMatch(new RegExp(`^The key ${next} signs from \\S+ \\(in 1\\d\\d\\d s\\)\\.\n`));
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const atOnce = await run(keysRotate, {}, { KEY_PUBLISH_AHEAD: "1s" });
  expect(atOnce.output).toContain(`The key ${next} signs from`);
  expect(atOnce.output).toContain("that is now");
  const rotated = await run(keysStatus);
  expect([kidOf(rowOf(rotated, "active")), kidOf(rowOf(rotated, "retired"))]).toEqual([next, active]);

  expect(await run(keysRevoke)).toMatchObject({ code: 1, output: expect.stringContaining("Say which key") });
  expect(await run(keysRevoke, { kid: "none" })).toMatchObject({
    code: 1,
    output: expect.stringContaining("No published"),
  });
  const asked = await run(keysRevoke, { kid: next });
  expect(asked).toMatchObject({
    code: 1,
    output: expect.stringContaining("accept what it signs for up to 960 s more"),
  });
  expect(asked.output).toContain("Every token that it signed dies");
  expect(asked.output).toMatch(/The next key is young: for up to 1\d\d\d s/);
  expect(kidOf(rowOf(await run(keysStatus), "active"))).toBe(next);
  expect((await run(keysRevoke, { kid: next, confirm: "yes" })).code).toBe(0);
  const revoked = await run(keysStatus);
  expect(kidOf(rowOf(revoked, "withdrawn (revoked)"))).toBe(next);
  await suite.gateway.dependencies.keyring.refresh();
  expect((await (await signUp(suite.url)).fetch("/api/auth/token")).status).toBe(200);
});

it("secrets: says the steps, moves the keys, and then has nothing to do", async () => {
  const secrets = { AUTH_SECRETS: `2:Qw8ErTy7UiOp6AsDf5GhJk4LzXc3VbNm2QaZ1WsXeDc,${SECRETS}` };
  const moved = await run(secretsRotate, {}, secrets);
  expect(moved.code).toBe(0);
  expect(moved.output.match(/now lies under version 2/g)).toHaveLength(2);
  expect(moved.output).toContain("Put it LAST");
  expect((await run(secretsRotate, {}, secrets)).output).not.toContain("now lies");
  await expect(run(secretsRotate)).rejects.toThrow("no secret of version 2");
  for (const [, value = ""] of secrets.AUTH_SECRETS.split(",").map((entry) => entry.split(":"))) {
    expect(moved.output).not.toContain(value);
  }
});

it("clients: create, list, rotate, revoke", async () => {
  const made = await run(client, { name: "reports", scopes: "documents:write,retention:run", audience: "rag-api" });
  expect(made.code).toBe(0);
  const id = /client_id +(svc_[0-9a-f]{32})\n/.exec(made.output)?.[1] ?? "";
  const secret = /client_secret +(\S+)\n/.exec(made.output)?.[1] ?? "";
  const ask = (password: string) =>
    fetch(`${suite.url}/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${id}:${password}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
  expect((await ask(secret)).status).not.toBe(401);
  const list = await run(clientList);
  expect(list.output).toMatch(new RegExp(`${id} +reports +documents:write retention:run +rag-api .* live\n`));
  expect(list.output).not.toContain(secret);
  const rotated = await run(client, { action: "rotate", id });
  const newSecret = /client_secret +(\S+)\n/.exec(rotated.output)?.[1] ?? "";
  expect([(await ask(secret)).status, (await ask(newSecret)).status === 401]).toEqual([401, false]);
  expect((await run(client, { action: "revoke", id })).code).toBe(0);
  expect((await ask(newSecret)).status).toBe(401);
  expect((await run(clientList)).output).toMatch(/ revoked\n/);
});

it.each([
  [{}, "Give the client a name"],
  [{ name: "x", audience: "a" }, "scopes is missing"],
  [{ name: "x", scopes: "a" }, "audience is missing"],
  [{ name: "x", scopes: "openid", audience: "a" }, "for people"],
  [{ name: "x", scopes: "a", audience: "a b;" }, "not allowed"],
  [{ action: "drop" }, "Unknown action"],
  [{ action: "toString" }, "Unknown action"],
  [{ action: "revoke" }, "Say which client"],
  [{ action: "revoke", id: "svc_x" }, "no live client"],
])("client refuses %j", async (args, words) => {
  expect(await run(client, args)).toMatchObject({ code: 1, output: expect.stringContaining(words) });
});

it("each change is an event of the audit trail", () => {
  const kinds = new Set(recorded.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([
    "client_created",
    "client_revoked",
    "client_secret_rotated",
    "key_created",
    "key_revoked",
    "key_rotated",
    "key_rotation_scheduled",
    "secret_rotated",
  ]);
});

it("the process takes a command, and explains what it can't do without a stack", async () => {
  const status = await runProcess(["keys-status"]);
  expect([status.code, status.output]).toEqual([0, expect.stringContaining("active")]);
  for (const [args, words] of [
    [["nothing"], "Unknown command"],
    [["keys-status", "--help"], "Not understood"],
  ] as const) {
    const { code, output } = await runProcess(args);
    expect([code, output]).toEqual([1, expect.stringContaining(words)]);
    expect(output).not.toMatch(/^\s+at /m);
  }
}, 60_000);
