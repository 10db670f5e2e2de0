/** Transactions that give their connection back whatever happens, and never a broken one. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { databaseFaultOf } from "./faults.ts";

interface Borrowed {
  /** With true the connection is closed instead of lent again. */
  release(destroy?: boolean): void;
}

const running = new AsyncLocalStorage<unknown>();

/**
 * The transaction that the caller runs in, else the given database: what Better Auth calls back into can so write in
 * the transaction that Better Auth began, which it does not hand out.
 */
export function joinTransaction<Db>(db: Db): Db {
  return (running.getStore() as Db | undefined) ?? db;
}

/**
 * Drizzle's own pooled transaction keeps the connection for ever when BEGIN fails, so an outage uses up the pool
 * (drizzle-team/drizzle-orm#6241), and lends one again that does not answer any more (drizzle-team/drizzle-orm#6114).
 */
export function borrowForTransaction<
  Client extends Borrowed,
  Result extends PgQueryResultHKT,
  Schema extends Record<string, unknown>,
>(
  borrow: () => Promise<Client>,
  open: (client: Client) => PgDatabase<Result, Schema>,
): PgDatabase<Result, Schema>["transaction"] {
  return async (work, config) => {
    const client = await borrow().catch(throwAsError);
    let broken = false;
    try {
      return await open(client).transaction((tx) => running.run(tx, () => work(tx)), config);
    } catch (error) {
      broken = databaseFaultOf(error) === "unavailable";
      throw error;
    } finally {
      client.release(broken);
    }
  };
}

/** Neon's driver rejects with the WebSocket's event, which error handlers don't take for an error. */
function throwAsError(reason: unknown): never {
  throw reason instanceof Error ? reason : new Error("the database connection failed", { cause: reason });
}
