/** The table of revocations: read as a whole, since it holds some minutes only. */
import { revocation } from "@auth-gateway/shared-schema/revocations";
import { asc, gt, lt, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

export interface RevocationEntry {
  readonly kind: "session" | "token" | "subject";
  readonly digest: string;
  readonly notBefore: number | null;
}

export interface RevocationSnapshot {
  readonly entries: readonly RevocationEntry[];
  readonly cursor: number;
}

/** The sequence gives the cursor: it never falls, not even when every entry has gone. */
export async function readRevocations(db: Database): Promise<RevocationSnapshot> {
  const rows = await db
    .select({
      entry: revocation,
      cursor: sql<number>`case when s.is_called then s.last_value else 0 end`.mapWith(Number),
    })
    .from(revocation)
    .rightJoin(sql`auth.revocation_id_seq s`, gt(revocation.expiresAt, sql`now()`))
    .orderBy(asc(revocation.id));
  const entries = rows.flatMap(({ entry }) => (entry === null ? [] : [entry]));
  return { entries, cursor: rows[0]?.cursor ?? 0 };
}

export async function deleteExpiredRevocations(db: Database): Promise<void> {
  await db.delete(revocation).where(lt(revocation.expiresAt, sql`now()`));
}
