/** `make migrate` on the embedded database, in checkouts of different users. */
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { findFreePort } from "../process/ports.ts";
import { type Checkout, makeCopiedCheckout, makeLinkedCheckout, processesOf } from "../testing/checkouts.ts";
import { runTool } from "../testing/commands.ts";

const made: Checkout[] = [];

afterEach(() => {
  for (const each of made.splice(0)) each.remove();
});

function keep(made_: Checkout): Checkout {
  made.push(made_);
  return made_;
}

const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

async function migrate(cwd: string, port: number, user = self, command = "apply") {
  const env = { POSTGRES_PORT: String(port), HOME: cwd };
  return await runTool(join(cwd, "tools/migrate/main.ts"), [command], { cwd, env, account: user });
}

it("migrates once when five run at the same time and nothing is there yet, and keeps the data", async () => {
  const { path } = keep(makeLinkedCheckout());
  const port = await findFreePort();
  const runs = await Promise.all([1, 2, 3, 4, 5].map(() => migrate(path, port)));
  const failed = runs.filter(({ status }) => status !== "exit code 0");
  expect(failed).toEqual([]);
  const applied = runs.flatMap(({ output }) => output.match(/^applied \S+$/gm) ?? []);
  expect(applied.length).toBeGreaterThan(3);
  expect(new Set(applied).size).toBe(applied.length);
  expect(processesOf(path)).toEqual([]);

  const status = await migrate(path, port, self, "status");
  expect(status.status).toBe("exit code 0");
  expect(status.output).toMatch(/^0000_\w+\tapplied\t\d{4}-/m);
  expect(status.output).not.toContain("pending");
});

it("works in a checkout that only its owner may enter", async () => {
  const { path } = keep(makeCopiedCheckout(self));
  expect(await migrate(path, await findFreePort())).toMatchObject({ status: "exit code 0" });
  expect(existsSync(join(path, ".data/postgres"))).toBe(self.uid !== 0);
});

it("works as an ordinary user, with the data in the checkout", async () => {
  const nobody = Number(execFileSync("id", ["-u", "nobody"]));
  const user = self.uid === 0 ? { uid: nobody, gid: nobody } : self;
  const { path } = keep(makeCopiedCheckout(user));
  const port = await findFreePort();
  expect(await migrate(path, port, user)).toMatchObject({ status: "exit code 0" });
  expect(statSync(join(path, ".data/postgres/data")).uid).toBe(user.uid);
  expect((await migrate(path, port, user)).output).toBe("The schema is up to date.\n");
});
