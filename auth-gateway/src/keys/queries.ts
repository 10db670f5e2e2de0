/** The keyring's table. */
import { signingKey } from "@auth-gateway/shared-schema/auth";
import { asc, eq, ne, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

export type SigningKeyRow = typeof signingKey.$inferSelect;
export type NewSigningKey = typeof signingKey.$inferInsert;

/** In the order in which they are made: at no moment may two keys be active, or two next. */
export interface KeyringChanges {
  readonly updates: readonly { readonly kid: string; readonly set: Partial<NewSigningKey> }[];
  readonly inserts: readonly NewSigningKey[];
}

/** The keys that are, or are to be, published; oldest first. */
export async function listPublishedKeys(db: Database): Promise<SigningKeyRow[]> {
  return selectKeys(db).where(ne(signingKey.status, "withdrawn"));
}

/** Those that were withdrawn too. */
export async function listAllKeys(db: Database): Promise<SigningKeyRow[]> {
  return selectKeys(db);
}

function selectKeys(db: Database) {
  return db.select().from(signingKey).orderBy(asc(signingKey.createdAt), asc(signingKey.kid)).$dynamic();
}

/** Any number that nothing else in this database locks. */
const MINTER_LOCK = 7_105_914_402;

/** Decides on the published keys and changes them, one at a time among any number of replicas and commands. */
export async function changeKeyring<Result>(
  db: Database,
  decide: (rows: readonly SigningKeyRow[]) => Promise<KeyringChanges & { readonly result: Result }>,
): Promise<Result> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${MINTER_LOCK})`);
    const { updates, inserts, result } = await decide(await listPublishedKeys(tx));
    for (const { kid, set } of updates) await tx.update(signingKey).set(set).where(eq(signingKey.kid, kid));
    if (inserts.length > 0) await tx.insert(signingKey).values([...inserts]);
    return result;
  });
}
