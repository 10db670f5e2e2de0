/** The erasure itself: what is due, whose rows there are, and what is kept of it. */
import { user, verification } from "@auth-gateway/shared-schema/auth";
import { accountDeletion, erasureReceipt } from "@auth-gateway/shared-schema/erasure";
import { and, asc, desc, eq, gt, lte, ne, or, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { findServerError } from "../db/faults.ts";
import type { DeletionStatus, ErasureBacklog, Receipt, RowCounts } from "./models.ts";

export interface DueErasure {
  readonly userId: string;
  readonly email: string;
  readonly receiptId: string;
  readonly requestedAt: Date;
  readonly status: DeletionStatus;
  readonly attempts: number;
}

/**
 * Takes the erasure that is due the longest, for this transaction: other replicas skip it. The account is locked with it,
 * so nobody adds a row that the foreign keys would have to lead to.
 */
export async function claimDueErasure(db: Database, userId: string | undefined): Promise<DueErasure | undefined> {
  await db.execute(sql`set local statement_timeout = '15min'`);
  const [due] = await db
    .select({
      userId: user.id,
      email: user.email,
      receiptId: accountDeletion.receiptId,
      requestedAt: accountDeletion.requestedAt,
      status: accountDeletion.status,
      attempts: accountDeletion.attempts,
    })
    .from(accountDeletion)
    .innerJoin(user, eq(user.id, accountDeletion.userId))
    .where(
      and(
        lte(accountDeletion.nextTryAt, sql`now()`),
        userId === undefined ? undefined : eq(accountDeletion.userId, userId),
      ),
    )
    .orderBy(asc(accountDeletion.nextTryAt))
    .limit(1)
    .for("update", { skipLocked: true });
  return due;
}

export async function countPersonalRows(db: Database, { userId, email }: DueErasure): Promise<RowCounts> {
  const { rows } = (await db.execute(
    sql`select auth.count_personal_rows(${userId}::uuid, ${email}) as counts`,
  )) as unknown as { rows: { counts: RowCounts }[] };
  return rows[0]?.counts ?? {};
}

/** Foreign keys take along everything else, in both schemas. */
export async function deleteAccount(db: Database, { userId, email }: DueErasure): Promise<void> {
  const texts = sql`${verification.identifier} || ' ' || ${verification.value}`;
  await db
    .delete(verification)
    .where(or(sql`position(${userId} in ${texts}) > 0`, sql`position(${email} in ${texts}) > 0`));
  await db.delete(user).where(eq(user.id, userId));
}

export interface NewReceipt {
  readonly id: string;
  readonly cause: Receipt["cause"];
  readonly requestedAt: Date;
  readonly found: Record<string, number>;
  readonly remaining: Record<string, number>;
  readonly backupRetentionDays: number;
}

export async function insertReceipt(db: Database, receipt: NewReceipt): Promise<Receipt> {
  const { backupRetentionDays, ...values } = receipt;
  const [row] = await db
    .insert(erasureReceipt)
    .values({
      ...values,
      erasedAt: sql`now()`,
      restorableUntil: sql`((now() at time zone 'UTC')::date + ${backupRetentionDays}::int)`,
    })
    .returning();
  if (row === undefined) throw new Error("the receipt was not stored");
  return row;
}

/** Seconds until an erasure that failed is tried again, before it doubles; an hour at most. */
const FIRST_PAUSE = 60;

/** False when the account is gone: its erasure had been committed after all. */
export async function postponeErasure(
  db: Database,
  userId: string,
  failure: { readonly status: DeletionStatus; readonly problem: string },
): Promise<boolean> {
  const rows = await db
    .update(accountDeletion)
    .set({
      ...failure,
      attempts: sql`${accountDeletion.attempts} + 1`,
      nextTryAt: sql`now() + least(3600, ${FIRST_PAUSE} * power(2, least(${accountDeletion.attempts}, 10))) * interval '1 second'`,
    })
    .where(eq(accountDeletion.userId, userId))
    .returning({ userId: accountDeletion.userId });
  return rows.length > 0;
}

/** What a failure is called where operators look; the error's own text may quote somebody's data. */
export function problemOf(error: unknown): string {
  return findServerError(error)?.code ?? "failed";
}

export async function deleteExpiredRequests(db: Database): Promise<void> {
  await db
    .delete(accountDeletion)
    .where(and(eq(accountDeletion.status, "confirm"), lte(accountDeletion.linkExpiresAt, sql`now()`)));
}

export async function readBacklog(db: Database): Promise<ErasureBacklog> {
  const count = (status: DeletionStatus) =>
    sql<number>`count(*) filter (where ${accountDeletion.status} = ${status})`.mapWith(Number);
  const age = sql<number>`coalesce(extract(epoch from now() - min(${accountDeletion.requestedAt})), 0)`.mapWith(Number);
  const [row] = await db
    .select({ scheduled: count("scheduled"), stuck: count("stuck"), oldestSeconds: age })
    .from(accountDeletion)
    .where(ne(accountDeletion.status, "confirm"));
  return row ?? { scheduled: 0, stuck: 0, oldestSeconds: 0 };
}

export interface PendingDeletion {
  readonly receiptId: string;
  readonly status: DeletionStatus;
  readonly requestedAt: Date;
  readonly erasesAt: Date | null;
  readonly attempts: number;
  readonly problem: string | null;
}

export async function listPending(db: Database): Promise<PendingDeletion[]> {
  const { receiptId, status, requestedAt, erasesAt, attempts, problem } = accountDeletion;
  return db
    .select({ receiptId, status, requestedAt, erasesAt, attempts, problem })
    .from(accountDeletion)
    .orderBy(asc(requestedAt));
}

export async function listReceipts(db: Database, limit: number): Promise<Receipt[]> {
  return db.select().from(erasureReceipt).orderBy(desc(erasureReceipt.erasedAt)).limit(limit);
}

/** A page of all users' ids, in order. */
export async function listUserIds(db: Database, after: string | undefined, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: user.id })
    .from(user)
    .where(after === undefined ? undefined : gt(user.id, after))
    .orderBy(asc(user.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}
