/** What an operator does after a restore, and what it says. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Command, CommandFailure } from "../src/cli/command.ts";
import { erasures, reapply } from "../src/cli/erasures.ts";
import { parseConfig } from "../src/config.ts";
import { openJournal } from "../src/erasure/journal.ts";
import { SECRETS, testEnvironment } from "./harness/environment.ts";
import { useMailingGateway } from "./harness/mails.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser } from "./harness/people.ts";

let folder: string;
const suite = useMailingGateway({ SIGN_UP: "open" });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "restore-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(command: Command, values: Record<string, string>, secrets = SECRETS): Promise<[number, string]> {
  const { database, clock, logger, audit } = suite.gateway.dependencies;
  const mail = { SMTP_URL: suite.smtp.url, MAIL_FROM: "no-reply@example.test" };
  const env = { ...mail, AUTH_SECRETS: secrets, ERASURE_JOURNAL: join(folder, "own.jsonl") };
  const config = parseConfig(testEnvironment(suite.database.authGatewayUrl, env));
  const lines: string[] = [];
  const say = (line = "") => void lines.push(line);
  const argument = (name: string) => values[name] ?? "";
  const code = await command({ config, db: database.db, clock, logger, audit, argument, say });
  return [code, lines.join("\n")];
}

const idOf = async (email: string) =>
  ((await asOwner(suite.database, 'select id from auth."user" where email = $1', [email])) as { id: string }[])[0]?.id;

it("a deletion that was under way begins anew, everybody else named is erased, all sessions end", async () => {
  const [leaving, named, staying] = [await suite.member(), await suite.member(), await suite.member()];
  await leaving.browser.fetch("/api/account", { method: "DELETE" });
  const token = await suite.linkTo(leaving.person.email, "confirm-deletion", 2);
  await new Browser(suite.url).post("/api/account/deletion/confirm", { token });
  await suite.mailsTo(leaving.person.email, 3);
  const path = join(folder, "journal.jsonl");
  const { authSecrets } = parseConfig(testEnvironment(suite.database.authGatewayUrl));
  await openJournal(path, authSecrets).append((await idOf(named.person.email)) ?? "", new Date());

  const [code, said] = await run(reapply, { journal: path });
  expect(said).toContain("Erased 1 accounts again; 0 could not be erased.");
  expect(said).toContain("1 deletions that were under way in the backup begin anew.");
  expect(code).toBe(0);
  expect(await idOf(named.person.email)).toBeUndefined();
  expect(await asOwner(suite.database, "select from auth.session")).toEqual([]);
  expect((await staying.browser.fetch("/api/account")).status).toBe(401);

  await suite.gateway.dependencies.erasures.worker.round();
  const undo = await suite.linkTo(leaving.person.email, "undo-deletion", 4);
  expect((await new Browser(suite.url).post("/api/account/deletion/undo", { token: undo })).status).toBe(200);
  expect(await idOf(leaving.person.email)).toBeDefined();
});

it("a journal under a secret that is gone changes nothing, and neither does none", async () => {
  const { browser, person } = await suite.member();
  const path = join(folder, "old.jsonl");
  const old = [{ version: 7, value: Buffer.from("0123456789abcdefghijklmnopqrstuv").toString("base64url") }];
  await openJournal(path, old).append((await idOf(person.email)) ?? "", new Date());
  await expect(run(reapply, { journal: path })).rejects.toThrow(/AUTH_SECRETS version 7, .*Nothing was changed/);
  await expect(run(reapply, {})).rejects.toThrow(CommandFailure);
  await expect(run(reapply, { journal: join(folder, "none") })).rejects.toThrow(/can't be read/);
  expect((await browser.fetch("/api/account")).status).toBe(200);
  const both = `${SECRETS},7:${old[0]?.value}`;
  expect((await run(reapply, { journal: path }, both))[0]).toBe(0);
  expect(await idOf(person.email)).toBeUndefined();
});

it("make erasures tells what is stuck, and ends with 1", async () => {
  const { browser, person } = await suite.member();
  const id = await idOf(person.email);
  await browser.fetch("/api/account", { method: "DELETE" });
  await asOwner(
    suite.database,
    `update auth.account_deletion set status = 'stuck', problem = 'rag.stray', attempts = 2, erases_at = now(),
       next_try_at = now() + interval '1 hour' where user_id = $1`,
    [id],
  );
  const [code, said] = await run(erasures, {});
  expect(code).toBe(1);
  expect(said).toMatch(/^1 pending, 1 of them stuck\.$/m);
  expect(said).toMatch(/ stuck .* 2 .*rag\.stray$/m);
  expect(said).not.toContain(person.email);
});
