/** Stops a request in the middle, so that a test can do something else meanwhile. */
import pg from "pg";
import type { TestDatabase } from "../../../tools/testing/database.ts";
import { eventually } from "./wait.ts";

const LOCK = 4711;

async function withOwner<T>(database: TestDatabase, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  return work(owner).finally(() => owner.end());
}

const isWaitedFor = async (owner: pg.Client, lock: string): Promise<boolean> =>
  (await owner.query(`select from pg_locks where not granted and ${lock}`)).rows.length > 0;

/** Runs `meanwhile` once the request waits with its new session, then lets it go on. */
export function duringSessionInsert<T>(
  database: TestDatabase,
  request: () => Promise<T>,
  meanwhile: () => Promise<unknown>,
): Promise<T> {
  return withOwner(database, async (owner) => {
    await owner.query(`
      create or replace function auth.wait_for_test() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(${LOCK}); return new; end $$;
      create or replace trigger aa_wait before insert on auth.session for each row execute function auth.wait_for_test();
      select pg_advisory_lock(${LOCK})`);
    try {
      const answer = request();
      const own =
        "locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";
      await eventually(() => isWaitedFor(owner, own));
      await meanwhile();
      await owner.query("select pg_advisory_unlock_all()");
      return await answer;
    } finally {
      await owner.query("select pg_advisory_unlock_all(); drop trigger aa_wait on auth.session");
    }
  });
}

/** Runs a statement in a transaction, and commits it once the request waits for that. */
export function duringTransaction<T>(
  database: TestDatabase,
  statement: string,
  values: unknown[],
  request: () => Promise<T>,
): Promise<T> {
  return withOwner(database, async (owner) => {
    await owner.query("begin");
    await owner.query(statement, values);
    const answer = request();
    // Whoever waits for a row waits for the transaction that holds it.
    await owner.query("select pg_current_xact_id()");
    await eventually(() => isWaitedFor(owner, "transactionid = pg_current_xact_id()::xid"));
    await owner.query("commit");
    return answer;
  });
}
