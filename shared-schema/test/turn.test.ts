/** The functions of a chat turn: leases, repeats, races, and what a deletion takes with it. */
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { connect, insertPerson, type Person, startTurn, type Turn } from "./fixtures.ts";

let database: TestDatabase;
let owner: Client;
let gateway: Client;
let ragApi: Client;
let person: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await connect(database.migratorUrl);
  gateway = await connect(database.authGatewayUrl);
  ragApi = await connect(database.ragApiUrl);
});

beforeEach(async () => {
  person = await insertPerson(owner);
});

afterAll(async () => {
  await Promise.all([owner.end(), gateway.end(), ragApi.end()]);
  await database.drop();
});

async function flush(turn: Turn, text: string, lease = turn.lease): Promise<string> {
  const { rows } = await ragApi.query("select rag.flush_run($1, $2, $3, 30, $4, '[]') as answer", [
    person.userId,
    turn.runId,
    lease,
    text,
  ]);
  return rows[0].answer;
}

async function finish(turn: Turn, status: string, text: string, error: string | null = null): Promise<boolean> {
  const { rows } = await ragApi.query("select rag.finish_run($1, $2, $3, $4, $5, '[]', '{}', $6) as done", [
    person.userId,
    turn.runId,
    turn.lease,
    status,
    text,
    error,
  ]);
  return rows[0].done;
}

async function messages(conversation = "c1") {
  const { rows } = await ragApi.query(
    "select role, status, text, error_code, parent_id, id from rag.list_messages($1, $2, $3, 100, null, null)",
    [person.userId, person.sessionId, conversation],
  );
  return rows.reverse();
}

describe("a turn", () => {
  it("is stored before, during and after the answer", async () => {
    const turn = await startTurn(ragApi, person, "c1", "m1", { text: "Why?" });
    expect(await messages()).toMatchObject([
      { role: "user", status: "complete", text: "Why?", parent_id: null },
      { role: "assistant", status: "queued", text: "", parent_id: turn.userMessageId },
    ]);
    expect(await flush(turn, "Bec")).toBe("live");
    expect((await messages())[1]).toMatchObject({ status: "streaming", text: "Bec" });
    expect(await finish(turn, "error", "Because", "model_unavailable")).toBe(true);
    expect((await messages())[1]).toMatchObject({ status: "error", text: "Because", error_code: "model_unavailable" });
    expect(await finish(turn, "error", "Because", "model_unavailable")).toBe(true);
    expect(await finish(turn, "complete", "twice")).toBe(false);
    expect((await messages())[1]).toMatchObject({ status: "error", text: "Because" });
  });

  it("gives the branch so far as history, and follows on from its head", async () => {
    const first = await startTurn(ragApi, person, "c1", "m1", { text: "One?" });
    await finish(first, "complete", "Yes.");
    const second = await startTurn(ragApi, person, "c1", "m2", { text: "Two?" });
    const history = [
      { role: "user", text: "One?" },
      { role: "assistant", text: "Yes." },
    ];
    expect(second.history).toEqual(history);
    // Who joins writes nothing, so reads nothing.
    expect((await startTurn(ragApi, person, "c1", "m2", { text: "Two?" })).history).toEqual([]);
    expect((await messages()).map((message) => message.parent_id)).toEqual([
      null,
      first.userMessageId,
      first.assistantMessageId,
      second.userMessageId,
    ]);
  });

  it("joins a repeat, refuses the same id with another text, and a second question meanwhile", async () => {
    const turn = await startTurn(ragApi, person, "c1", "m1");
    const repeat = await startTurn(ragApi, person, "c1", "m1");
    expect(repeat).toMatchObject({ created: false, runId: turn.runId, assistantMessageId: turn.assistantMessageId });
    await expect(startTurn(ragApi, person, "c1", "m1", { text: "Else?" })).rejects.toMatchObject({
      code: "RG409",
      message: "message_conflict",
    });
    await expect(startTurn(ragApi, person, "c1", "m2")).rejects.toMatchObject({
      code: "RG409",
      message: "conversation_busy",
    });
    expect(await messages()).toHaveLength(2);
  });

  it("runs once, however many send it at once", async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(database.ragApiUrl)));
    for (const conversation of ["fresh", "fresh", "other"]) {
      const clientMessageId = randomUUID();
      const turns = await Promise.all(
        clients.map((client) => startTurn(client, person, `${conversation}-${clientMessageId}`, clientMessageId)),
      );
      expect(turns.filter((turn) => turn.created)).toHaveLength(1);
      expect(new Set(turns.map((turn) => turn.runId)).size).toBe(1);
    }
    await Promise.all(clients.map((client) => client.end()));
  });

  it("of a worker that died is interrupted by the next question, and by the reaper", async () => {
    const dead = await startTurn(ragApi, person, "c1", "m1", { leaseSeconds: -1 });
    const next = await startTurn(ragApi, person, "c1", "m2", { leaseSeconds: -1 });
    expect(next.created).toBe(true);
    expect(await flush(dead, "late")).toBe("lease_lost");
    expect((await messages())[1]).toMatchObject({ status: "interrupted", text: "" });
    await ragApi.query("select rag.reap_runs()");
    expect((await messages())[3]).toMatchObject({ status: "interrupted" });
    expect(await finish(next, "complete", "late")).toBe(false);
  });

  it("is told when its session ends, can still be finished, and needs its own lease", async () => {
    const turn = await startTurn(ragApi, person, "c1", "m1");
    expect(await flush(turn, "a", randomUUID())).toBe("lease_lost");
    await owner.query("delete from auth.session where id = $1", [person.sessionId]);
    expect(await flush(turn, "a")).toBe("session_ended");
    expect(await finish(turn, "stopped", "a")).toBe(true);
  });
});

describe("a deletion", () => {
  it("of the user by the gateway, which has no right in rag, takes every row along", async () => {
    await startTurn(ragApi, person, "c1", "m1");
    await gateway.query(`delete from auth."user" where id = $1`, [person.userId]);
    await owner.query("begin");
    for (const table of ["auth.session", "rag.conversation", "rag.message", "rag.run"]) {
      if (table.startsWith("rag.")) await owner.query(`alter table ${table} no force row level security`);
      const { rowCount } = await owner.query(`select from ${table} where user_id = $1`, [person.userId]);
      expect(rowCount, table).toBe(0);
    }
    await owner.query("rollback");
  });

  it("of a conversation while its answer is written ends the run without an error", async () => {
    const turn = await startTurn(ragApi, person, "c1", "m1");
    await ragApi.query("select rag.delete_conversation($1, $2, 'c1')", [person.userId, person.sessionId]);
    expect(await flush(turn, "a")).toBe("lease_lost");
    expect(await finish(turn, "complete", "a")).toBe(false);
  });
});
