/** A copy of a whole database, as a backup of it would be; nobody may be connected to the original meanwhile. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import type { TestDatabase } from "../../../tools/testing/database.ts";

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

export async function copyDatabase(original: TestDatabase): Promise<TestDatabase> {
  const source = new URL(original.migratorUrl).pathname.slice(1);
  const name = `t_${randomBytes(8).toString("hex")}`;
  const administer = async (statement: string) => {
    const client = new pg.Client({ connectionString: inDatabase(original.migratorUrl, "postgres") });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await administer(`create database ${name} template ${source}`);
  return {
    migratorUrl: inDatabase(original.migratorUrl, name),
    authGatewayUrl: inDatabase(original.authGatewayUrl, name),
    ragApiUrl: inDatabase(original.ragApiUrl, name),
    drop: () => administer(`drop database if exists ${name} with (force)`),
  };
}
