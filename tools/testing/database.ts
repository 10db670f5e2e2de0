/** Private databases for tests, cloned from the migrated template that `make test` prepared. */
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import type { DatabaseUrls } from "../postgres/credentials.ts";

export interface TestDatabase extends DatabaseUrls {
  /** Removes the database, and ends the connections to it. */
  drop(): Promise<void>;
}

function requireUrl(name: string): string {
  const url = process.env[name];
  if (url !== undefined) return url;
  throw new Error(`${name} is not set: run \`make test\`, or node --import tsx tools/test.ts -- npx vitest run …`);
}

function inDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inDatabase(requireUrl("TEST_MIGRATOR_URL"), "postgres") });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

async function create(suffix: string): Promise<TestDatabase> {
  const migratorUrl = requireUrl("TEST_MIGRATOR_URL");
  const name = `t_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${name}${suffix}`);
  return {
    migratorUrl: inDatabase(migratorUrl, name),
    authGatewayUrl: inDatabase(requireUrl("TEST_AUTH_GATEWAY_URL"), name),
    ragApiUrl: inDatabase(requireUrl("TEST_RAG_API_URL"), name),
    drop: () => administer(`drop database if exists ${name} with (force)`),
  };
}

/** A migrated database of its own for a test file, with the URLs of its three roles. */
export function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(requireUrl("TEST_MIGRATOR_URL")).pathname.slice(1);
  return create(` template ${template}`);
}

/** A database that was never migrated; the roles are there. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return create("");
}
