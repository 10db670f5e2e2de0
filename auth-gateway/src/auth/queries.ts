/** What Better Auth's adapter has no call for. */
import { account, user } from "@auth-gateway/shared-schema/auth";
import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

/** Only as long as the old hash is still there: a password that was changed meanwhile stays changed. */
export async function replacePasswordHash(db: Database, email: string, from: string, to: string): Promise<void> {
  await db
    .update(account)
    .set({ password: to })
    .where(
      and(
        eq(account.providerId, "credential"),
        eq(account.password, from),
        eq(account.userId, sql`(select ${user.id} from ${user} where ${user.email} = ${email})`),
      ),
    );
}
