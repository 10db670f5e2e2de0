/** `make audit`, as an operator runs it. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { auditTrailOf } from "./harness/audit.ts";
import { testEnvironment } from "./harness/environment.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();
const person = newPerson();
const cli = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

async function audit(...args: string[]): Promise<string[]> {
  const env = { PATH: process.env["PATH"], ...testEnvironment(suite.database.authGatewayUrl) };
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", cli, "audit", ...args], { env });
  return stdout.trim().split("\n");
}

beforeAll(async () => {
  await signUp(suite.url, person);
  await signUp(suite.url);
  await new Browser(suite.url).post("/api/auth/sign-in/email", { ...person, password: "not this one" });
  await suite.gateway.dependencies.audit.flush();
});

describe("make audit", () => {
  it("prints a table, newest first, without anybody's address", async () => {
    const [header, ...lines] = await audit("limit=3");
    expect(header).toMatch(/^time +event +reason +subject/);
    expect(lines.map((line) => line.split(/ +/).slice(1, 3))).toEqual([
      ["sign_in_failed", "wrong_credentials"],
      ["sign_up", "-"],
      ["sign_up", "-"],
    ]);
    expect(lines.join()).not.toContain(person.email);
  });

  it("filters by kind, person, time and number, and prints JSON lines", async () => {
    const lines = async (...args: string[]) =>
      (await audit("json=yes", ...args)).filter((line) => line !== "").map((line) => JSON.parse(line));
    const subject = await auditTrailOf(suite).subjectOf(person.email);
    expect(await lines("kind=sign_up")).toHaveLength(2);
    expect((await lines(`user=${person.email.toUpperCase()}`)).map((row) => row.subject)).toEqual([subject, subject]);
    expect(await lines("user=0199f3c2-7d1e-7000-8000-000000000000")).toEqual([]);
    expect(await lines("since=1h", "limit=2")).toHaveLength(2);
    expect(await lines("since=2999-01-01")).toEqual([]);
  });

  it.each([
    ["kind=sign_on", "There are: sign_up,"],
    ["since=yesterday", "since must be a time"],
    ["user=ada", "user must be"],
    ["limit=0", "limit must be"],
  ])("explains what it does not understand: %s", async (argument, words) => {
    await expect(audit(argument)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  });
});
