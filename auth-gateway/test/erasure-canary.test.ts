/** A text is planted wherever a person can leave one: a scan of the whole database finds it before the erasure, not after. */
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ERASURE_REGISTRY } from "@auth-gateway/shared-schema";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import type { AuditTrail } from "../src/audit/trail.ts";
import { erasures, reapply } from "../src/cli/erasures.ts";
import { parseConfig } from "../src/config.ts";
import { createSealer } from "../src/mail/sealing.ts";
import { copyDatabase } from "./harness/database-copy.ts";
import { scanDatabase, withoutRowSecurity } from "./harness/database-scan.ts";
import { testEnvironment } from "./harness/environment.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { type SmtpHarness, startSmtp } from "./harness/smtp.ts";
import { eventually } from "./harness/wait.ts";

/** Letters only, so that full-text search keeps it as one word. */
const CANARY = `canary${[...randomUUID()].map((c) => "abcdefghijklmnop"[Number.parseInt(c, 16)] ?? "x").join("")}`;
const person = { ...newPerson(), name: `Ada ${CANARY}`, email: `ada.${CANARY}@example.test` };
const bystander = newPerson();

let folder: string;
let journal: string;
let database: TestDatabase;
let backup: TestDatabase;
let smtp: SmtpHarness;
let userId: string;

async function withGateway<T>(target: TestDatabase, work: (gateway: TestGateway) => Promise<T>): Promise<T> {
  const mail = { SMTP_URL: smtp.url, MAIL_FROM: "no-reply@example.test", SIGN_UP: "open" };
  const gateway = await startGateway(target.authGatewayUrl, { env: { ...mail, ERASURE_JOURNAL: journal } });
  try {
    return await work(gateway);
  } finally {
    await gateway.close();
  }
}

type Row = Readonly<Record<string, unknown>>;

/** What must have a certain form, table by table; every other free column gets the canary. */
function seeds(): readonly (readonly [string, Row])[] {
  const [question, answer, mail] = [randomUUID(), randomUUID(), randomUUID()];
  const [conversation, client] = [`c-${CANARY}`, `svc_${CANARY}`];
  const later = new Date(Date.now() + 3_600_000);
  const sources = JSON.stringify([{ title: CANARY }]);
  const sealed = createSealer(parseConfig(testEnvironment("postgresql://u:p@127.0.0.1/d")).authSecrets);
  const message = { conversation_id: conversation, status: "complete", sources };
  return [
    ["auth.session", { impersonated_by: null, expires_at: later }],
    ["auth.account", {}],
    ['auth."twoFactor"', {}],
    ["auth.passkey", { counter: 1, backed_up: true }],
    ["auth.mail_token", { hash: "x".repeat(43), purpose: "unlock", expires_at: later }],
    ["auth.mail_outbox", { id: mail, sealed: sealed.seal(JSON.stringify({ to: CANARY }), mail), due_at: later }],
    ["auth.oauth_client", { client_id: client }],
    ["auth.oauth_client_resource", { client_id: client, resource_id: "urn:operator:service" }],
    ["auth.verification", { value: JSON.stringify({ userId, note: CANARY }), expires_at: later }],
    ["auth.verification", { identifier: person.email, value: CANARY, expires_at: later }],
    ["rag.conversation", { id: conversation, title_source: "user" }],
    ["rag.message", { ...message, id: question, role: "user" }],
    ["rag.message", { ...message, id: answer, role: "assistant", parent_id: question, client_message_id: null }],
    [
      "rag.run",
      {
        conversation_id: conversation,
        user_message_id: question,
        assistant_message_id: answer,
        status: "complete",
        lease_expires_at: later,
      },
    ],
    ["rag.feedback", { message_id: answer, rating: "up" }],
    ["rag.idempotency_key", { expires_at: later }],
    ["rag.turn_allowance", { regained_at: later }],
    ["rag.retention_preference", { days: 30 }],
    ["rag.purge_failure", { conversation_id: conversation, problem: "23503", retry_at: later }],
  ];
}

/** Not free at all, or filled by the workflow below; the scan would not find a canary in them. */
const CLOSED = new Set([
  "auth.session.impersonated_by",
  "auth.mail_token.hash",
  "auth.mail_token.purpose",
  "auth.oauth_client_resource.resource_id",
  "auth.account_deletion.status",
  "auth.account_deletion.link_hash",
  "auth.account_deletion.problem",
  "rag.conversation.title_source",
  "rag.message.role",
  "rag.message.status",
  "rag.run.status",
  "rag.feedback.rating",
  "rag.purge_failure.problem",
]);

interface Column {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly generated: boolean;
}

async function columnsOf(client: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select a.attname::text as name, t.typname::text as type, a.attgenerated <> '' as generated,
            a.attnotnull and not a.atthasdef as required
       from pg_attribute a join pg_type t on t.oid = a.atttypid
       where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
    [table],
  );
  return rows;
}

function valueFor({ name, type, required }: Column): unknown {
  if (name === "user_id") return userId;
  if (type === "text") return CANARY;
  if (type === "jsonb" || type === "json") return JSON.stringify({ note: CANARY });
  if (type === "_text") return [CANARY];
  if (type === "bytea") return Buffer.from(CANARY);
  return type === "uuid" && required ? randomUUID() : undefined;
}

async function plant(): Promise<void> {
  await asOwner(
    database,
    "insert into auth.oauth_resource (id, identifier, name) values (gen_random_uuid(), 'urn:operator:service', 'x')",
  );
  await asOwner(database, 'update auth."user" set image = $2, ban_reason = $2, role = $2 where id = $1', [
    userId,
    CANARY,
  ]);
  await withoutRowSecurity(database, async (client) => {
    for (const [table, fixed] of seeds()) {
      const columns = (await columnsOf(client, table)).filter(({ generated }) => !generated);
      const row = columns
        .map((column) => [column.name, column.name in fixed ? fixed[column.name] : valueFor(column)] as const)
        .filter(([, value]) => value !== undefined);
      await client.query(
        `insert into ${table} (${row.map(([name]) => `"${name}"`).join()}) values (${row.map((_, i) => `$${i + 1}`).join()})`,
        row.map(([, value]) => value),
      );
    }
  });
}

/** Every column that can hold a person's text: of the tables that the registry calls theirs. */
async function theirColumns(): Promise<string[]> {
  const theirs = Object.keys(ERASURE_REGISTRY).filter((table) => ERASURE_REGISTRY[table]?.by !== "none");
  const rows = (await asOwner(
    database,
    `select format('%s.%s.%s', n.nspname, c.relname, a.attname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       join pg_type t on t.oid = a.atttypid
       where format('%s.%s', n.nspname, c.relname) = any($1)
         and t.typname in ('text', 'json', 'jsonb', 'bytea', '_text', 'tsvector')`,
    [theirs],
  )) as { name: string }[];
  return rows.map(({ name }) => name).filter((name) => !CLOSED.has(name));
}

const traces = () => [CANARY, person.email, userId];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "erasure-"));
  journal = join(folder, "journal.jsonl");
  smtp = await startSmtp();
  database = await createTestDatabase();
  await withGateway(database, async ({ url, dependencies }) => {
    const browser = new Browser(url);
    await browser.post("/api/auth/sign-up/email", person, { "user-agent": `Browser ${CANARY}` });
    await new Browser(url).post("/api/auth/sign-in/email", { ...person, password: `wrong ${CANARY}` });
    await browser.fetch("/api/account/export");
    await signUp(url, bystander);
    await eventually(() => smtp.lettersTo(person.email).length > 0);
    await dependencies.audit.flush();
  });
  const [row] = (await asOwner(database, 'select id from auth."user" where email = $1', [person.email])) as {
    id: string;
  }[];
  userId = row?.id ?? "";
  await plant();
  backup = await copyDatabase(database);
}, 60_000);

afterAll(async () => {
  await Promise.all([database?.drop(), backup?.drop(), smtp?.close()]);
  await rm(folder, { recursive: true, force: true });
});

const linkIn = (page: string) =>
  eventually(() =>
    smtp
      .lettersTo(person.email)
      .map(({ text }) => new RegExp(`/account/${page}#token=([\\w-]{43})`).exec(text ?? "")?.[1])
      .find((token) => token !== undefined),
  );

describe("the canary", () => {
  it("is found in every column of theirs before", async () => {
    const found = await scanDatabase(database, [CANARY]);
    expect(found.filter((name) => !name.startsWith("auth.audit_event")).sort()).toEqual((await theirColumns()).sort());
    // Not even the trail of a failed sign-in holds it.
    expect(found.filter((name) => name.startsWith("auth.audit_event"))).toEqual([]);
  });

  it("is found nowhere after the erasure, nor are the address and the id", async () => {
    await withGateway(database, async ({ dependencies, url }) => {
      const browser = new Browser(url);
      await asOwner(database, 'update auth."user" set role = $2 where id = $1', [userId, "user"]);
      await browser.post("/api/auth/sign-in/email", person);
      const asked = await browser.fetch("/api/account", { method: "DELETE" });
      expect(asked.status).toBe(202);
      const token = await linkIn("confirm-deletion");
      expect((await browser.post("/api/account/deletion/confirm", { token })).status).toBe(200);
      await linkIn("undo-deletion");
      await asOwner(database, "update auth.account_deletion set erases_at = now(), next_try_at = now()");
      await dependencies.erasures.worker.round();
      await eventually(() => smtp.lettersTo(person.email).some(({ subject }) => subject === "Your account is erased"));
      await eventually(async () => (await asOwner(database, "select from auth.mail_outbox")).length === 0);
    });
    expect(await scanDatabase(database, traces())).toEqual([]);
    expect(await asOwner(database, 'select from auth."user" where email = $1', [bystander.email])).toHaveLength(1);
    expect(await readFile(journal, "utf8")).not.toMatch(new RegExp(traces().join("|")));
  });

  it("is back in a restored backup, and gone again once the journal is applied", async () => {
    expect(await scanDatabase(backup, [CANARY])).not.toEqual([]);
    const [before] = (await asOwner(database, "select last_value from auth.revocation_id_seq")) as {
      last_value: string;
    }[];
    const lines: string[] = [];
    await withGateway(backup, async (gateway) => {
      const { config, database: opened, clock, logger, audit } = gateway.dependencies;
      const say = (line = "") => void lines.push(line);
      const argument = (name: string) => (name === "journal" ? folder : "");
      const context = { config, db: opened.db, clock, logger, audit: audit as AuditTrail, argument, say };
      expect(await reapply(context)).toBe(0);
      expect(await erasures(context)).toBe(0);
    });
    expect(lines.join("\n")).toContain("Erased 1 accounts again");
    expect(lines.join("\n")).toMatch(/restore/);
    expect(await scanDatabase(backup, traces())).toEqual([]);
    expect(await asOwner(backup, "select from auth.session")).toEqual([]);
    const [after] = (await asOwner(backup, "select last_value from auth.revocation_id_seq")) as {
      last_value: string;
    }[];
    expect(Number(after?.last_value)).toBeGreaterThan(Number(before?.last_value));
    expect(await asOwner(backup, 'select from auth."user"')).toHaveLength(1);
  });
});
