/** Second factors, as far as Better Auth's plugin leaves them to us. */
import { user, verification } from "@auth-gateway/shared-schema/auth";
import { and, eq, like, or, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

/** The plugin's records of browsers that it asks for no code, and of those that it waits for one from. */
export async function deleteTrustedDevices(db: Database, userId: string): Promise<void> {
  await db
    .delete(verification)
    .where(
      and(
        eq(verification.value, userId),
        or(like(verification.identifier, "trust-device-%"), like(verification.identifier, "2fa-%")),
      ),
    );
}

/** Whatever waits under the account's name: those, and links to providers that were begun and can still be ended. */
export async function deletePending(db: Database, userId: string): Promise<void> {
  await db.delete(verification).where(sql`position(${userId} in ${verification.value}) > 0`);
}

export async function hasSecondFactors(db: Database): Promise<boolean> {
  const rows = await db.select({ found: sql`1` }).from(user).where(eq(user.twoFactorEnabled, true)).limit(1);
  return rows.length > 0;
}
