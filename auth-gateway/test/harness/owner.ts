/** What the gateway's role may not do: a test that makes time pass, or looks behind, does it as the owner. */
import pg from "pg";
import type { TestDatabase } from "../../../tools/testing/database.ts";

export async function asOwner(database: TestDatabase, statement: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.migratorUrl });
  await client.connect();
  try {
    return (await client.query(statement, values)).rows;
  } finally {
    await client.end();
  }
}
