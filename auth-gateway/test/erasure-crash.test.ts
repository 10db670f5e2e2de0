/** An erasure that dies at any of its steps ends right, and many replicas erase an account once. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { parseConfig } from "../src/config.ts";
import { openJournal, readJournal } from "../src/erasure/journal.ts";
import { testEnvironment } from "./harness/environment.ts";
import { startGateway } from "./harness/gateway.ts";
import { type GatewayProcess, spawnGateway } from "./harness/gateway-process.ts";
import { asOwner } from "./harness/owner.ts";
import { type Browser, newPerson, signUp } from "./harness/people.ts";

const manifest = new URL("../package.json", import.meta.url).href;

/** Kills the process when it sends the query, or once that was answered, after the receipt was written if so asked. */
function deathAt(query: string, when: "before" | "after", onlyWithReceipt = false): string {
  return `
    import { createRequire } from "node:module";
    const { Client } = createRequire(${JSON.stringify(manifest)})("pg");
    const send = Client.prototype.query;
    let receipt = false;
    const die = () => process.kill(process.pid, "SIGKILL");
    Client.prototype.query = function (...args) {
      const text = typeof args[0] === "string" ? args[0] : args[0].text;
      if (text.startsWith('insert into "auth"."erasure_receipt"')) receipt = true;
      const hit = text.startsWith(${JSON.stringify(query)}) && (receipt || !${onlyWithReceipt});
      if (hit && ${when === "before"}) die();
      const answer = send.apply(this, args);
      if (hit && ${when === "after"}) answer.then(die);
      return answer;
    };`;
}

const STEPS = [
  ["before anything is counted", deathAt("select auth.count_personal_rows", "before"), 1],
  ["before the account is deleted", deathAt('delete from "auth"."user"', "before"), 1],
  ["after the account is deleted", deathAt('delete from "auth"."user"', "after"), 1],
  ["before the receipt", deathAt('insert into "auth"."erasure_receipt"', "before"), 1],
  ["between the journal and the commit", deathAt("commit", "before", true), 2],
  ["after the commit", deathAt("commit", "after", true), 1],
] as const;

let folder: string;
let database: TestDatabase;
const started: GatewayProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "erasure-"));
  database = await createTestDatabase();
});

afterAll(async () => {
  for (const { child } of started) child.kill("SIGKILL");
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

const removeNow = (browser: Browser) =>
  browser.fetch("/api/account", {
    method: "DELETE",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ when: "now" }),
  });

const idOf = async (email: string) => {
  const rows = (await asOwner(database, 'select id from auth."user" where email = $1', [email])) as { id: string }[];
  return rows[0]?.id;
};

const receiptIds = async () =>
  ((await asOwner(database, "select id from auth.erasure_receipt")) as { id: string }[]).map(({ id }) => id);

describe("a process that is killed", () => {
  it.each(STEPS)("%s leaves nothing half done, and the next one ends it", async (_step, preload, lines) => {
    const journal = join(folder, `${lines}-${Math.random()}.jsonl`);
    const env = testEnvironment(database.authGatewayUrl, { ERASURE_JOURNAL: journal, DATABASE_DRIVER: "pg" });
    delete env["NEON_WS_PROXY"];
    const person = newPerson();
    const dying = spawnGateway(env, preload);
    started.push(dying);
    const browser = await signUp(await dying.listening, person);
    const userId = (await idOf(person.email)) ?? "";
    const before = await receiptIds();
    // Without mail a deletion is scheduled at once, and one without grace wakes the worker: the answer may come too late.
    await removeNow(browser).catch(() => undefined);
    expect(await dying.exited).toBeNull();

    const gateway = await startGateway(database.authGatewayUrl, { env: { ERASURE_JOURNAL: journal } });
    await gateway.dependencies.erasures.worker.round();
    await gateway.close();
    expect(await idOf(person.email)).toBeUndefined();
    const [receiptId, ...others] = (await receiptIds()).filter((id) => !before.includes(id));
    expect(others).toEqual([]);
    const receipts = await asOwner(database, "select found from auth.erasure_receipt where id = $1", [receiptId]);
    expect(receipts).toEqual([{ found: expect.objectContaining({ "auth.user": 1, "auth.account": 1 }) }]);
    expect((await readFile(journal, "utf8")).trim().split("\n")).toHaveLength(lines);
    const { authSecrets } = parseConfig(env);
    expect((await readJournal(journal, authSecrets)).names(userId)).toBe(true);
  });
});

describe("two replicas", () => {
  it("erase each account once", async () => {
    const journal = join(folder, "shared.jsonl");
    const env = { ERASURE_JOURNAL: journal };
    const replicas = await Promise.all([1, 2].map(() => startGateway(database.authGatewayUrl, { env })));
    const people = Array.from({ length: 8 }, newPerson);
    for (const person of people) {
      const browser = await signUp(replicas[0]?.url ?? "", person);
      await browser.fetch("/api/account", { method: "DELETE" });
    }
    const before = (await asOwner(database, "select from auth.erasure_receipt")).length;
    await asOwner(database, "update auth.account_deletion set erases_at = now(), next_try_at = now()");
    await Promise.all(replicas.map(({ dependencies }) => dependencies.erasures.worker.round()));
    await Promise.all(replicas.map((replica) => replica.close()));
    expect(await asOwner(database, "select from auth.account_deletion")).toEqual([]);
    expect((await asOwner(database, "select from auth.erasure_receipt")).length - before).toBe(people.length);
    expect((await readFile(journal, "utf8")).trim().split("\n")).toHaveLength(people.length);
  });
});

describe("the journal", () => {
  const secret = (version: number, fill: string) => ({
    version,
    value: Buffer.from(fill.repeat(32)).toString("base64url"),
  });

  it("survives half a line, knows people by older secrets, and says which secret it lacks", async () => {
    const path = join(folder, "torn.jsonl");
    await openJournal(path, [secret(1, "abcd")]).append("first", new Date());
    const whole = await readFile(path, "utf8");

    await appendFile(path, whole.slice(0, 30));
    await openJournal(path, [secret(2, "efgh"), secret(1, "abcd")]).append("second", new Date());
    const read = await readJournal(path, [secret(3, "ijkl"), secret(2, "efgh"), secret(1, "abcd")]);
    expect(["first", "second", "third"].map((user) => read.names(user))).toEqual([true, true, false]);
    expect(read).toMatchObject({ entries: 2, missingSecrets: [] });
    expect(await readJournal(path, [secret(2, "efgh")])).toMatchObject({ missingSecrets: [1] });
    expect(await readFile(path, "utf8")).not.toMatch(/first|second/);
  });

  it("that can't be written keeps the gateway from starting, and an account from being erased", async () => {
    const env = { ERASURE_JOURNAL: join(manifest.slice("file://".length), "journal.jsonl") };
    await expect(startGateway(database.authGatewayUrl, { env })).rejects.toThrow(/^ERASURE_JOURNAL: /);
    const lost = join(folder, "lost");
    const gateway = await startGateway(database.authGatewayUrl, { env: { ERASURE_JOURNAL: join(lost, "j.jsonl") } });
    const person = newPerson();
    const browser = await signUp(gateway.url, person);
    await rm(lost, { recursive: true });
    await writeFile(lost, "a file where the folder was");
    await removeNow(browser);
    await gateway.dependencies.erasures.worker.round();
    expect(await idOf(person.email)).toBeDefined();
    expect(await asOwner(database, "select attempts, problem from auth.account_deletion")).toEqual([
      { attempts: 1, problem: "failed" },
    ]);
    await gateway.close();
  });
});
