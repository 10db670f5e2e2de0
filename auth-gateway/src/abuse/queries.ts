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
 * One statement for all counters of a request: the row locks make it exact among any number of replicas, and the order of
 * the rows keeps two requests from waiting for each other. A counter that gets full is closed for a whole window more.
 *
 * The commit waits for no disk: a crash may forget the last few tries, and requests that share a row don't queue for it.
 */
export async function raiseCounters(db: Database, asked: readonly CounterAsked[]): Promise<CounterState[]> {
  const list = sql.param(JSON.stringify(asked));
  const result = await db.execute(sql`
    with asked as (
      select name, subject, quota, now() + "windowSeconds" * interval '1 second' as ends
      from json_to_recordset(${list}::json) as a (name text, subject text, quota int, "windowSeconds" float8)
    ),
    used_up as (
      select c.limit_name, c.count, c.expires_at from ${attemptCounter} c
      join asked a on a.name = c.limit_name and a.subject = c.subject
      where c.expires_at > now() and c.count >= a.quota
    ),
    raised as (
      insert into ${attemptCounter} as c (limit_name, subject, count, expires_at)
      select name, subject, 1, ends from asked where not exists (select from used_up) order by name, subject
      on conflict (limit_name, subject) do update set
        count = case when c.expires_at > now() then c.count + 1 else 1 end,
        expires_at = case
          when c.expires_at > now() and c.count + 1 is distinct from (
            select a.quota from asked a where a.name = excluded.limit_name and a.subject = excluded.subject
          ) then c.expires_at
          else excluded.expires_at
        end
      returning c.limit_name, c.count, c.expires_at
    ),
    answer as (select *, true as raised from raised union all select *, false from used_up)
    select limit_name as "name", count, raised,
      greatest(1, ceil(extract(epoch from expires_at - now())))::int as "secondsLeft",
      set_config('synchronous_commit', 'off', true)
    from answer`);
  return (result as unknown as { rows: CounterState[] }).rows;
}

export type CounterKey = Pick<CounterAsked, "name" | "subject">;

/**
 * Takes one try back from some counters, and forgets others. The rows are locked in the order in which they are raised, so
 * that the two never wait for each other.
 */
export async function lowerCounters(
  db: Database,
  lowered: readonly CounterKey[],
  forgotten: readonly CounterKey[],
): Promise<void> {
  const keys = [
    ...lowered.map(({ name, subject }) => ({ name, subject, forget: false })),
    ...forgotten.map(({ name, subject }) => ({ name, subject, forget: true })),
  ];
  await db.execute(sql`
    with locked as materialized (
      select c.limit_name, c.subject, k.forget from ${attemptCounter} c
      join json_to_recordset(${sql.param(JSON.stringify(keys))}::json) as k (name text, subject text, forget boolean)
        on k.name = c.limit_name and k.subject = c.subject
      order by c.limit_name, c.subject for update of c
    ),
    forgotten as (
      delete from ${attemptCounter} c using locked l
      where c.limit_name = l.limit_name and c.subject = l.subject and l.forget
    ),
    lowered as (
      update ${attemptCounter} c set count = c.count - 1 from locked l
      where c.limit_name = l.limit_name and c.subject = l.subject and not l.forget
        and c.count > 0 and c.expires_at > now()
    )
    select set_config('synchronous_commit', 'off', true)`);
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
