/** Whoever signs an address up need not own it: what they added to the account goes when its owner shows up. */
import { passkey, twoFactor } from "@auth-gateway/shared-schema/accounts";
import { account, session, user } from "@auth-gateway/shared-schema/auth";
import { and, asc, eq, ne, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { deletePending } from "./two-factor-queries.ts";

/** Passkeys, second factors, accounts at providers, sessions. Of the ways in one stays: `password`, or the `first` one. */
export async function deleteUnprovedCredentials(
  db: Database,
  userId: string,
  kept: "password" | "first",
): Promise<void> {
  const others =
    kept === "password" ? ne(account.providerId, "credential") : ne(account.id, firstAccountOf(db, userId));
  await db.delete(passkey).where(eq(passkey.userId, userId));
  await db.delete(twoFactor).where(eq(twoFactor.userId, userId));
  await db
    .update(user)
    .set({ twoFactorEnabled: false })
    .where(and(eq(user.id, userId), eq(user.twoFactorEnabled, true)));
  await db.delete(account).where(and(eq(account.userId, userId), others));
  await deletePending(db, userId);
  await db.delete(session).where(eq(session.userId, userId));
}

function firstAccountOf(db: Database, userId: string): SQL {
  const first = db
    .select({ id: account.id })
    .from(account)
    .where(eq(account.userId, userId))
    .orderBy(asc(account.createdAt), asc(account.id))
    .limit(1);
  return sql`(${first})`;
}
