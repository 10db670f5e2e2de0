/** The keyring's table. */
import { signingKey } from "@auth-gateway/shared-schema/auth";
import { asc, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

export type SigningKeyRow = typeof signingKey.$inferSelect;
export type NewSigningKey = typeof signingKey.$inferInsert;

export async function listSigningKeys(db: Database): Promise<SigningKeyRow[]> {
  return db.select().from(signingKey).orderBy(asc(signingKey.createdAt), asc(signingKey.kid));
}

/** Any number that nothing else in this database locks. */
const MINTER_LOCK = 7_105_914_402;

/** Inserts the keys that `mint` finds missing; the lock makes one minter of any number of replicas. */
export async function insertMissingKeys(
  db: Database,
  mint: (existing: readonly Pick<SigningKeyRow, "status">[]) => Promise<NewSigningKey[]>,
): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${MINTER_LOCK})`);
    const missing = await mint(await tx.select({ status: signingKey.status }).from(signingKey));
    if (missing.length > 0) await tx.insert(signingKey).values(missing);
    return missing.length;
  });
}
