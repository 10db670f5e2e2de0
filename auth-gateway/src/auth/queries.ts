/** What Better Auth's adapter has no call for. */
import { account, user } from "@auth-gateway/shared-schema/auth";
import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

/** Only as long as the old hash is still there: a password that was changed meanwhile stays changed. */
export async function replacePasswordHash(db: Database, email: string, from: string, to: string): Promise<boolean> {
  const replaced = await db
    .update(account)
    .set({ password: to })
    .where(
      and(
        eq(account.providerId, "credential"),
        eq(account.password, from),
        eq(account.userId, sql`(select ${user.id} from ${user} where ${user.email} = ${email})`),
      ),
    )
    .returning({ id: account.id });
  return replaced.length > 0;
}

export interface SignInProof {
  readonly userId: string;
  readonly sessionId: string | undefined;
  /** The hash that the password fitted. */
  readonly hash?: string | undefined;
  /** When the code was asked for. */
  readonly since?: Date | undefined;
}

/** False when it holds no more; the session, and whatever else the sign-in made, is gone then. */
export async function confirmSignIn(db: Database, { userId, sessionId, hash, since }: SignInProof): Promise<boolean> {
  const { rows } = (await db.execute(
    sql`select auth.confirm_sign_in(${userId}, ${sessionId ?? null}, ${hash ?? null}, ${since?.toISOString() ?? null}) as confirmed`,
  )) as unknown as { rows: { confirmed: boolean }[] };
  return rows[0]?.confirmed ?? false;
}
