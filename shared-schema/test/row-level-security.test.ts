/** The second wall: whatever a query forgets, it sees and changes the current user's rows only. */
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { rows } from "./catalogue.ts";
import { connect, insertPerson, type Person, startTurn, type Turn } from "./fixtures.ts";

let database: TestDatabase;
let owner: Client;
let ragApi: Client;
let alice: Person;
let bob: Person;
let turn: Turn;
const owned = [
  "rag.conversation",
  "rag.message",
  "rag.run",
  "rag.feedback",
  "rag.idempotency_key",
  "rag.retention_preference",
];

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await connect(database.migratorUrl);
  ragApi = await connect(database.ragApiUrl);
  alice = await insertPerson(owner);
  bob = await insertPerson(owner);
  turn = await startTurn(ragApi, alice, "shared-id", "m1", { text: "a secret of Alice's" });
  const { userId, sessionId } = alice;
  await ragApi.query("select rag.put_feedback($1, $2, 'shared-id', 'm1', 'up', null)", [userId, sessionId]);
  await ragApi.query("select rag.put_retention($1, $2, 30)", [userId, sessionId]);
  await ragApi.query("select rag.create_conversation($1, $2, 'shared-id', null, '{}', 'key', 'print')", [
    userId,
    sessionId,
  ]);
});

afterAll(async () => {
  await Promise.all([owner.end(), ragApi.end()]);
  await database.drop();
});

/** Runs `statement` as `person` would be inside a request, then rolls back. */
async function asPerson(person: Person, statement: string, parameters: unknown[] = []) {
  await ragApi.query("begin");
  try {
    await ragApi.query("select rag.enter($1, $2)", [person.userId, person.sessionId]);
    return await ragApi.query(statement, parameters);
  } finally {
    await ragApi.query("rollback");
  }
}

describe("row-level security", () => {
  it("is enabled and forced on every table of rag", async () => {
    const open = await rows(
      owner,
      `select relname from pg_class where relnamespace = 'rag'::regnamespace and relkind = 'r'
         and not (relrowsecurity and relforcerowsecurity)`,
    );
    expect(open).toEqual([]);
  });

  it("shows no row while no user is set, on a fresh and on a used connection", async () => {
    const fresh = await connect(database.ragApiUrl);
    for (const table of owned) expect(await rows(fresh, `select from ${table}`)).toHaveLength(0);
    await fresh.end();
    await asPerson(alice, "select 1");
    for (const table of owned) expect(await rows(ragApi, `select from ${table}`)).toHaveLength(0);
  });

  it("shows a query without an owner filter only the caller's rows", async () => {
    for (const table of owned) {
      expect((await asPerson(alice, `select from ${table}`)).rowCount).toBeGreaterThan(0);
      expect((await asPerson(bob, `select from ${table}`)).rowCount).toBe(0);
    }
  });

  it("hides the rows from the owner of the tables too, unless a migration says otherwise", async () => {
    expect(await rows(owner, "select from rag.message")).toHaveLength(0);
  });

  it("lets a statement without a filter change or delete only the caller's rows", async () => {
    expect((await asPerson(bob, "update rag.message set text = 'x'")).rowCount).toBe(0);
    expect((await asPerson(bob, "delete from rag.conversation")).rowCount).toBe(0);
    expect((await asPerson(alice, "delete from rag.conversation")).rowCount).toBe(1);
  });

  it("refuses a row in another user's name", async () => {
    await expect(
      asPerson(bob, "insert into rag.conversation (user_id, id, title, title_source) values ($1, 'x', '', 'auto')", [
        alice.userId,
      ]),
    ).rejects.toMatchObject({ code: "42501" });
  });

  it("refuses a message or a run of one's own in another user's conversation", async () => {
    await expect(
      asPerson(
        bob,
        `insert into rag.message (user_id, id, conversation_id, client_message_id, role, status)
           values ($1, $2, 'shared-id', 'm', 'user', 'complete')`,
        [bob.userId, randomUUID()],
      ),
    ).rejects.toMatchObject({ code: "23503", constraint: "message_conversation_fkey" });
    await expect(
      asPerson(
        bob,
        `insert into rag.run (user_id, id, conversation_id, user_message_id, assistant_message_id, session_id, status,
                              lease, lease_expires_at)
           values ($1, $2, 'shared-id', $3, $4, $5, 'queued', $2, now())`,
        [bob.userId, randomUUID(), turn.userMessageId, turn.assistantMessageId, bob.sessionId],
      ),
    ).rejects.toMatchObject({ code: "23503" });
  });

  it("gives a conversation of one's own under the id that another user has", async () => {
    const own = await startTurn(ragApi, bob, "shared-id", "m1", { text: "a question of Bob's" });
    expect(own.created).toBe(true);
    expect(own.history).toEqual([]);
    const { rows: messages } = await asPerson(alice, "select text from rag.message where role = 'user'");
    expect(messages).toEqual([{ text: "a secret of Alice's" }]);
  });
});

describe("rag.enter", () => {
  it("refuses an ended, an expired and another user's session, and a null", async () => {
    const ended = await insertPerson(owner);
    const enter = (user: string | null, session: string | null) =>
      ragApi.query("select rag.enter($1, $2)", [user, session]);
    await enter(ended.userId, ended.sessionId);
    await owner.query("delete from auth.session where id = $1", [ended.sessionId]);
    const expired = await insertPerson(owner);
    await owner.query("update auth.session set expires_at = now() where id = $1", [expired.sessionId]);
    const pairs: [string | null, string | null][] = [
      [ended.userId, ended.sessionId],
      [expired.userId, expired.sessionId],
      [bob.userId, alice.sessionId],
      [bob.userId, null],
      [null, bob.sessionId],
    ];
    for (const [user, session] of pairs) {
      await expect(enter(user, session)).rejects.toMatchObject({ code: "RG401", message: "session_ended" });
    }
  });

  it("forgets the user at the end of the transaction", async () => {
    await asPerson(alice, "select 1");
    const { rows: setting } = await ragApi.query("select current_setting('app.user_id', true) as value");
    expect(setting).toEqual([{ value: "" }]);
  });
});
