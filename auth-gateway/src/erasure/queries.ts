/** Asking for the deletion of one's own account, scheduling and undoing it. */
import { mailToken } from "@auth-gateway/shared-schema/accounts";
import { account, session, user } from "@auth-gateway/shared-schema/auth";
import { accountDeletion } from "@auth-gateway/shared-schema/erasure";
import { and, eq, gt, ne, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import type { Deletion } from "./models.ts";

export interface OwnAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly image: string | null;
  readonly role: string | null;
  readonly twoFactorEnabled: boolean;
  readonly createdAt: Date;
  readonly passwordHash: string | null;
  readonly deletion: Deletion | null;
}

/** A request whose link has expired counts no more. */
const isAlive = or(ne(accountDeletion.status, "confirm"), gt(accountDeletion.linkExpiresAt, sql`now()`));

export async function findAccount(db: Database, userId: string): Promise<OwnAccount | undefined> {
  const [row] = await db
    .select({ user, passwordHash: account.password, deletion: accountDeletion })
    .from(user)
    .leftJoin(account, and(eq(account.userId, user.id), eq(account.providerId, "credential")))
    .leftJoin(accountDeletion, and(eq(accountDeletion.userId, user.id), isAlive))
    .where(eq(user.id, userId));
  if (row === undefined) return undefined;
  const { id, name, email, emailVerified, image, role, twoFactorEnabled, createdAt } = row.user;
  return {
    ...{ id, name, email, emailVerified, image, role, createdAt, passwordHash: row.passwordHash },
    twoFactorEnabled: twoFactorEnabled ?? false,
    deletion: row.deletion === null ? null : toDeletion(row.deletion),
  };
}

function toDeletion(row: typeof accountDeletion.$inferSelect): Deletion {
  return {
    status: row.status,
    requestedAt: row.requestedAt.toISOString(),
    erasesAt: row.erasesAt?.toISOString() ?? null,
  };
}

export interface NewDeletion {
  readonly userId: string;
  readonly receiptId: string;
  readonly linkHash: string | null;
  readonly linkSeconds: number;
  readonly graceSeconds: number;
}

/** A second request takes the first one's place; false within a minute of it, and once it is scheduled. */
export async function insertDeletion(db: Database, request: NewDeletion): Promise<boolean> {
  const { userId, linkSeconds, ...values } = request;
  const linkExpiresAt = sql`now() + ${linkSeconds} * interval '1 second'`;
  const rows = await db
    .insert(accountDeletion)
    .values({ userId, status: "confirm", ...values, linkExpiresAt })
    .onConflictDoUpdate({
      target: accountDeletion.userId,
      set: { ...values, linkExpiresAt, requestedAt: sql`now()` },
      setWhere: sql`${accountDeletion.status} = 'confirm' and ${accountDeletion.requestedAt} <= now() - interval '1 minute'`,
    })
    .returning({ userId: accountDeletion.userId });
  return rows.length > 0;
}

/** Whose deletion a mailed link confirms, and how long it could be undone. */
export async function findConfirmation(
  db: Database,
  linkHash: string,
): Promise<{ readonly userId: string; readonly graceSeconds: number } | undefined> {
  const [row] = await db
    .select({ userId: accountDeletion.userId, graceSeconds: accountDeletion.graceSeconds })
    .from(accountDeletion)
    .where(confirmedBy(linkHash));
  return row;
}

function confirmedBy(linkHash: string): SQL | undefined {
  return and(
    eq(accountDeletion.linkHash, linkHash),
    eq(accountDeletion.status, "confirm"),
    gt(accountDeletion.linkExpiresAt, sql`now()`),
  );
}

/** Waits for sign-ins under way, and lets no other one through until the transaction ends. */
export async function lockUser(db: Database, userId: string): Promise<{ readonly email: string } | undefined> {
  const [row] = await db.select({ email: user.email }).from(user).where(eq(user.id, userId)).for("update");
  return row;
}

/** Undefined when the link was used meanwhile; the link that undoes takes its place. */
export async function scheduleDeletion(
  db: Database,
  { userId, linkHash, undoHash }: { userId: string; linkHash: string | undefined; undoHash: string | null },
): Promise<Date | undefined> {
  const due = sql`now() + ${accountDeletion.graceSeconds} * interval '1 second'`;
  const [row] = await db
    .update(accountDeletion)
    .set({ status: "scheduled", linkHash: undoHash, linkExpiresAt: null, erasesAt: due, nextTryAt: due })
    .where(
      linkHash === undefined
        ? and(eq(accountDeletion.userId, userId), eq(accountDeletion.status, "confirm"))
        : and(eq(accountDeletion.userId, userId), confirmedBy(linkHash)),
    )
    .returning({ erasesAt: accountDeletion.erasesAt });
  return row?.erasesAt ?? undefined;
}

/** Sessions, and with them every token; links that were mailed before. */
export async function endAccess(db: Database, userId: string): Promise<void> {
  await db.delete(session).where(eq(session.userId, userId));
  await db.delete(mailToken).where(eq(mailToken.userId, userId));
}

/**
 * Until the very time of the erasure; afterwards the journal may name the account. So the clock is read once the row is
 * locked: an erasure under way may have held it, have written its line, and have failed to commit.
 */
export async function undoDeletion(
  db: Database,
  linkHash: string,
): Promise<{ readonly userId: string; readonly email: string } | undefined> {
  const scheduled = and(eq(accountDeletion.linkHash, linkHash), eq(accountDeletion.status, "scheduled"));
  await db.select({ userId: accountDeletion.userId }).from(accountDeletion).where(scheduled).for("update");
  const [row] = await db
    .delete(accountDeletion)
    .where(and(scheduled, gt(accountDeletion.erasesAt, sql`clock_timestamp()`)))
    .returning({ userId: accountDeletion.userId });
  if (row === undefined) return undefined;
  const [found] = await db.select({ email: user.email }).from(user).where(eq(user.id, row.userId));
  return found === undefined ? undefined : { userId: row.userId, email: found.email };
}
