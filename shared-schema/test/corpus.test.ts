/** Documents go in by version and come out as ranked passages, whatever a query is made of. */
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { connect } from "./fixtures.ts";

let database: TestDatabase;
let ragApi: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  ragApi = await connect(database.ragApiUrl);
});

afterAll(async () => {
  await ragApi.end();
  await database.drop();
});

async function put(uri: string, hash: string, bodies: string[]): Promise<string> {
  const chunks = bodies.map((body) => ({ id: randomUUID(), heading: "Keys › Rotation", body }));
  const { rows } = await ragApi.query(
    "select rag.put_document($1, $2, 'Keys', null, 'text/markdown', $3, $4) as outcome",
    [randomUUID(), uri, hash, JSON.stringify(chunks)],
  );
  return rows[0].outcome;
}

async function retrieve(query: string) {
  return (await ragApi.query("select * from rag.retrieve_passages($1, 5)", [query])).rows;
}

it("stores a document once a version, and replaces all of its chunks", async () => {
  expect(await put("keys.md", "h1", ["The ring has one active key.", "An old key verifies."])).toBe("created");
  expect(await put("keys.md", "h1", ["never read"])).toBe("unchanged");
  expect(await put("keys.md", "h2", ["The keyring holds one active key and one next key."])).toBe("replaced");
  const passages = await retrieve("Which keys does the keyring hold?");
  expect(passages).toHaveLength(1);
  expect(passages[0]).toMatchObject({ uri: "keys.md", document_version: 2, matched: 3, terms: 3 });
});

it("ranks the passage that has more of the question first", async () => {
  await put("one.md", "1", ["The feed is polled."]);
  await put("two.md", "1", ["The revocation feed is signed and readers poll it."]);
  const passages = await retrieve("How often do readers poll the revocation feed?");
  expect(passages.map((passage) => passage.uri)).toEqual(["two.md", "one.md"]);
});

it.each([
  "",
  "the of and",
  "'",
  "it's \\ ' & | ! ( ) :* <-> \"",
  "C:\\keys\\ring\\",
  "e\u0301 鍵 🔑 \uE000",
  "key ".repeat(5_000),
  Array.from({ length: 3_000 }, (_, index) => `word${index}`).join(" "),
])("takes any query as words: %#", async (query) => {
  expect(Array.isArray(await retrieve(query))).toBe(true);
});
