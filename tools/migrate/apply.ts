/** Applies pending migrations, each in a transaction of its own, one runner at a time. */
import type { Client } from "pg";
import { errorCode, ToolFailure } from "../failure.ts";
import type { Migration } from "./files.ts";
import { type Applied, requirePending } from "./plan.ts";

// Any number that nothing else in the database locks.
const lockKey = 1_061_968_401;
const lockPatience = "10min";

/** Runs `work` while this session holds the migration lock; the others wait. */
export async function withLock<T>(client: Client, say: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query("select pg_try_advisory_lock($1) as locked", [lockKey]);
  if (!rows[0].locked) {
    say("Another migration runs; waiting for it.");
    await client.query(`set lock_timeout = '${lockPatience}'`);
    await client.query("select pg_advisory_lock($1)", [lockKey]);
  }
  try {
    return await work();
  } finally {
    await client.query("select pg_advisory_unlock($1)", [lockKey]).catch(() => undefined);
  }
}

/** What was applied so far; nothing on a database that was never migrated. */
export async function listApplied(client: Client): Promise<Applied[]> {
  const { rows } = await client.query("select to_regclass('migrations.applied') is not null as made");
  if (!rows[0].made) return [];
  const applied = await client.query('select name, sha256, applied_at as "appliedAt" from migrations.applied');
  return applied.rows;
}

async function ensureJournal(client: Client): Promise<void> {
  await client.query(`
    create schema if not exists migrations;
    create table if not exists migrations.applied (
      name text constraint applied_pkey primary key,
      sha256 text not null,
      applied_at timestamptz not null default now()
    );
    grant usage on schema migrations to auth_gateway, rag_api;
    grant select on migrations.applied to auth_gateway, rag_api;
  `);
}

async function applyOne(client: Client, migration: Migration): Promise<void> {
  await client.query("begin");
  try {
    // Under FORCE a policy that leaves the migrator out would make an UPDATE change nothing, silently.
    await client.query("set local row_security = off");
    await client.query("set local lock_timeout = '10s'");
    await client.query(migration.sql);
    await client.query("insert into migrations.applied (name, sha256) values ($1, $2)", [
      migration.name,
      migration.sha256,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw new ToolFailure(explain(migration, error));
  }
}

function explain(migration: Migration, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = typeof error === "object" && error !== null && "position" in error ? Number(error.position) : 0;
  const line = position > 0 ? `, line ${migration.sql.slice(0, position).split("\n").length}` : "";
  const hint =
    errorCode(error) === "55P03" ? " A lock was not free within 10 s; try again when the table is idle." : "";
  return `Migration ${migration.name} failed and was rolled back${line}: ${message}.${hint}`;
}

/** Applies what is pending and returns the names; the caller holds the lock. */
export async function applyPending(
  client: Client,
  files: readonly Migration[],
  say: (line: string) => void,
): Promise<string[]> {
  const pending = requirePending(files, await listApplied(client));
  await ensureJournal(client);
  for (const migration of pending) {
    await applyOne(client, migration);
    say(`applied ${migration.name}`);
  }
  return pending.map(({ name }) => name);
}
