/** What a restored database needs beside the erasures themselves. */
import { session, user } from "@auth-gateway/shared-schema/auth";
import { accountDeletion } from "@auth-gateway/shared-schema/erasure";
import { eq, inArray, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

/** Readers of the feed refuse a cursor lower than one that they have seen. */
export async function raiseRevocationCursor(db: Database): Promise<void> {
  await db.execute(sql`select auth.raise_revocation_cursor()`);
}

/** At most so many; the feed tells of each that was alive. */
export async function deleteSessions(db: Database, limit: number): Promise<number> {
  const some = db.select({ id: session.id }).from(session).limit(limit);
  const rows = await db.delete(session).where(inArray(session.id, some)).returning({ id: session.id });
  return rows.length;
}

/** A deletion under way in the backup keeps its receipt's id. */
export async function makeDue(db: Database, userId: string, receiptId: string): Promise<void> {
  const due = { status: "scheduled", linkHash: null, erasesAt: sql`now()`, nextTryAt: sql`now()` } as const;
  await db
    .insert(accountDeletion)
    .values({ userId, receiptId, graceSeconds: 0, ...due })
    .onConflictDoUpdate({ target: accountDeletion.userId, set: due });
}

/** Deletions that are scheduled, after all that the journal names are gone or stuck on something. */
export async function listUnnamed(db: Database): Promise<string[]> {
  const rows = await db
    .select({ userId: accountDeletion.userId })
    .from(accountDeletion)
    .where(sql`${accountDeletion.status} = 'scheduled' and ${accountDeletion.linkHash} is not null`);
  return rows.map(({ userId }) => userId);
}

export async function reschedule(
  db: Database,
  userId: string,
  linkHash: string | undefined,
  graceSeconds: number,
): Promise<{ readonly email: string; readonly erasesAt: Date } | undefined> {
  const due = sql`now() + ${graceSeconds} * interval '1 second'`;
  const [row] = await db
    .update(accountDeletion)
    .set({ ...(linkHash === undefined ? {} : { linkHash }), erasesAt: due, nextTryAt: due })
    .where(eq(accountDeletion.userId, userId))
    .returning({ erasesAt: accountDeletion.erasesAt });
  const [found] = await db.select({ email: user.email }).from(user).where(eq(user.id, userId));
  if (found === undefined || !row?.erasesAt) return undefined;
  return { email: found.email, erasesAt: row.erasesAt };
}
