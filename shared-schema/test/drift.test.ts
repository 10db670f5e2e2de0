/** The migrations, applied to an empty database, give exactly the schema that drizzle describes. */
import { readdirSync, readFileSync } from "node:fs";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import * as schema from "../src/index.ts";
import { readStructure } from "./catalogue.ts";

let migrated: TestDatabase;
let described: TestDatabase;

beforeAll(async () => {
  migrated = await createTestDatabase();
  described = await createEmptyDatabase();
});

afterAll(async () => {
  await migrated.drop();
  await described.drop();
});

async function structureOf(url: string, prepare: string[] = []): Promise<Record<string, unknown[]>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of prepare) await client.query(statement);
    return await readStructure(client);
  } finally {
    await client.end();
  }
}

// Generated columns call functions, which drizzle does not describe: they come from the migration that makes them.
const searchVector = readFileSync(new URL("../../migrations/0015_search_vector.sql", import.meta.url), "utf8");

describe("migrations", () => {
  it("equal the drizzle schema, part for part", async () => {
    const empty = generateDrizzleJson({});
    const target = generateDrizzleJson(schema, empty.id, ["auth", "rag"]);
    const statements = await generateMigration(empty, target);
    const tables = statements.findIndex((statement) => !statement.startsWith("CREATE SCHEMA"));
    const prepare = [...statements.slice(0, tables), searchVector, ...statements.slice(tables)];
    const fromDrizzle = await structureOf(described.migratorUrl, prepare);
    const fromMigrations = await structureOf(migrated.migratorUrl);
    expect(fromDrizzle.columns?.length).toBeGreaterThan(80);
    for (const part of Object.keys(fromDrizzle)) expect(fromMigrations[part], part).toEqual(fromDrizzle[part]);
  });

  it("end with the version that the code asks for", () => {
    const names = readdirSync(new URL("../../migrations", import.meta.url)).filter((name) => name.endsWith(".sql"));
    expect(`${schema.SCHEMA_VERSION}.sql`).toBe(names.sort().at(-1));
  });
});
