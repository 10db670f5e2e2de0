/** The functions that make branches, stop runs and remember requests: what they refuse, and what a race leaves. */
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { connect, insertPerson, type Person, startTurn, type Turn } from "./fixtures.ts";

let database: TestDatabase;
let owner: Client;
let ragApi: Client;
let person: Person;
let first: Turn;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await connect(database.migratorUrl);
  ragApi = await connect(database.ragApiUrl);
});

beforeEach(async () => {
  person = await insertPerson(owner);
  first = await startTurn(ragApi, person, "c1", "m1", { text: "One?" });
  await finish(first);
});

afterAll(async () => {
  await Promise.all([owner.end(), ragApi.end()]);
  await database.drop();
});

async function call(client: Client, name: string, ...parameters: unknown[]) {
  const places = parameters.map((_, index) => `$${index + 3}`).join(", ");
  const sql = `select * from rag.${name}($1, $2${places && `, ${places}`})`;
  return (await client.query(sql, [person.userId, person.sessionId, ...parameters])).rows;
}

async function finish(turn: Turn): Promise<void> {
  await ragApi.query("select rag.finish_run($1, $2, $3, 'complete', 'Yes.', '[]', '{}', null)", [
    person.userId,
    turn.runId,
    turn.lease,
  ]);
}

const list = (all: boolean) => call(ragApi, "list_messages", "c1", 100, null, null, all);

describe("an edit", () => {
  it("answers the new text with the history that the old one had", async () => {
    const second = await startTurn(ragApi, person, "c1", "m2", { text: "Two?" });
    await finish(second);
    const edited = await startTurn(ragApi, person, "c1", "m2", { text: "Three?", trigger: "edit", target: "m2" });
    expect(edited).toMatchObject({ created: true, question: "Three?", history: second.history });
    expect((await list(false)).map((row) => row.text)).toEqual(["", "Three?", "Yes.", "One?"]);
    expect(await list(true)).toHaveLength(6);
  });

  it("is one revision, however many send it at once", async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(database.ragApiUrl)));
    const turns = await Promise.all(
      clients.map((client) =>
        startTurn(client, person, "c1", "m1", { text: "Else?", trigger: "edit", target: first.userMessageId }),
      ),
    );
    expect(turns.filter((turn) => turn.created)).toHaveLength(1);
    expect(new Set(turns.map((turn) => turn.runId)).size).toBe(1);
    expect((await list(true)).map((row) => row.revision).sort()).toEqual([0, 0, 0, 1]);
    await Promise.all(clients.map((client) => client.end()));
  });

  it("waits for nothing that is still being written", async () => {
    await startTurn(ragApi, person, "c1", "m2");
    await expect(
      startTurn(ragApi, person, "c1", "m1", { text: "Else?", trigger: "edit", target: "m1" }),
    ).rejects.toMatchObject({ code: "RG409", message: "conversation_busy" });
  });
});

describe("a regeneration", () => {
  it("takes over from a dead worker", async () => {
    const dead = await startTurn(ragApi, person, "c1", "m2", { leaseSeconds: -1 });
    const again = await startTurn(ragApi, person, "c1", "m2", { trigger: "regenerate" });
    expect(again).toMatchObject({ created: true, userMessageId: dead.userMessageId });
    expect((await list(true)).map((row) => row.status)).toEqual([
      "queued",
      "interrupted",
      "complete",
      "complete",
      "complete",
    ]);
  });
});

describe("a stop", () => {
  it("is told to the worker once its run is flushed, and only of that run", async () => {
    const turn = await startTurn(ragApi, person, "c1", "m2");
    expect(await call(ragApi, "stop_run", "c1", randomUUID())).toEqual([{ stop_run: null }]);
    const flush = () =>
      ragApi.query("select rag.flush_run($1, $2, $3, 30, 'a', '[]') as state", [person.userId, turn.runId, turn.lease]);
    expect((await flush()).rows).toEqual([{ state: "live" }]);
    for (const named of [null, turn.runId]) {
      expect(await call(ragApi, "stop_run", "c1", named)).toEqual([{ stop_run: turn.runId }]);
    }
    expect((await flush()).rows).toEqual([{ state: "stop_requested" }]);
    await finish(turn);
    expect(await call(ragApi, "stop_run", "c1", null)).toEqual([{ stop_run: null }]);
  });
});

describe("a version", () => {
  it("grows with every change, whoever makes it", async () => {
    const read = async () => BigInt((await call(ragApi, "get_conversation", "c1"))[0].version);
    const versions = [await read()];
    await call(ragApi, "update_conversation", "c1", { title: "Mine" }, null);
    versions.push(await read());
    const turn = await startTurn(ragApi, person, "c1", "m2");
    versions.push(await read());
    await finish(turn);
    versions.push(await read());
    expect(versions).toEqual([...new Set(versions)].sort());
  });

  it("that is not the conversation's changes nothing", async () => {
    for (const [name, ...parameters] of [
      ["update_conversation", "c1", { title: "Mine" }, [1]],
      ["delete_conversation", "c1", []],
    ] as const) {
      await expect(call(ragApi, name, ...parameters)).rejects.toMatchObject({ code: "RG412" });
    }
    expect((await call(ragApi, "get_conversation", "c1"))[0].title).toBe("One?");
  });
});
