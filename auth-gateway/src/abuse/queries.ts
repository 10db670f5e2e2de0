/** The counters' table, and the links that let an account's owner in while it is closed. */
import { attemptCounter } from "@auth-gateway/shared-schema/abuse";
import { mailToken } from "@auth-gateway/shared-schema/accounts";
import { user } from "@auth-gateway/shared-schema/auth";
import { and, eq, gt, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

export interface CounterAsked {
  readonly name: string;
  readonly subject: string;
  readonly quota: number;
  readonly windowSeconds: number;
}

export interface CounterState {
  readonly name: string;
  /** Tries in this window, this one included; above the quota when another was faster. */
  readonly count: number;
  /** At least one. */
  readonly secondsLeft: number;
  /** False when one of the counters was used up, so that none was raised. */
  readonly raised: boolean;
}

/**
 * One statement for all counters of a request: the row locks make it exact among any number of replicas. Nothing is
 * counted when one of them is used up.
 */
export async function raiseCounters(db: Database, asked: readonly CounterAsked[]): Promise<CounterState[]> {
  const result = await db.execute(
    sql`select name, count, raised, "secondsLeft" from auth.raise_counters(${JSON.stringify(asked)}::jsonb)`,
  );
  return (result as unknown as { rows: CounterState[] }).rows;
}

export type CounterKey = Pick<CounterAsked, "name" | "subject">;

/** Takes one try back from some counters, and forgets others. */
export async function lowerCounters(
  db: Database,
  lowered: readonly CounterKey[],
  forgotten: readonly CounterKey[],
): Promise<void> {
  const keys = [
    ...lowered.map(({ name, subject }) => ({ name, subject, forget: false })),
    ...forgotten.map(({ name, subject }) => ({ name, subject, forget: true })),
  ];
  await db.execute(sql`select auth.lower_counters(${JSON.stringify(keys)}::jsonb)`);
}

/** Leaves those that somebody is just using to the next time. */
export async function deleteExpiredCounters(db: Database): Promise<void> {
  await db.execute(sql`
    delete from ${attemptCounter} where (limit_name, subject) in (
      select limit_name, subject from ${attemptCounter} where expires_at <= now() for update skip locked
    )`);
}

/** Undefined, and nothing inserted, when nobody has the address. */
export async function insertUnlockLink(
  db: Database,
  { hash, email }: { hash: string; email: string },
): Promise<string | undefined> {
  const [row] = await db
    .insert(mailToken)
    .select(
      db
        .select({
          hash: sql`${hash}`.as("hash"),
          purpose: sql<"unlock">`'unlock'`.as("purpose"),
          userId: user.id,
          email: user.email,
          expiresAt: sql`now() + interval '1 hour'`.as("expires_at"),
          createdAt: sql`now()`.as("created_at"),
        })
        .from(user)
        .where(eq(user.email, email)),
    )
    .returning({ userId: mailToken.userId });
  return row?.userId;
}

/** Gives the address that the link was mailed to, once. */
export async function consumeUnlockLink(db: Database, hash: string): Promise<string | undefined> {
  const [row] = await db
    .delete(mailToken)
    .where(and(eq(mailToken.hash, hash), eq(mailToken.purpose, "unlock"), gt(mailToken.expiresAt, sql`now()`)))
    .returning({ email: mailToken.email });
  return row?.email;
}
