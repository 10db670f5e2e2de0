/** Mailed links, and the accounts that they are about. */
import { mailToken } from "@auth-gateway/shared-schema/accounts";
import { account, user, verification } from "@auth-gateway/shared-schema/auth";
import { and, eq, gt, lte, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { findServerError } from "../db/faults.ts";
import { LINK_LIFETIME, type LinkPurpose } from "./models.ts";

export interface UserRef {
  readonly id: string;
  readonly email: string;
}

const expiry = sql`now() + ${LINK_LIFETIME} * interval '1 second'`;

interface LinkRow {
  readonly hash: string;
  readonly purpose: LinkPurpose;
  readonly email: string;
}

/** One statement, whether or not the address has an account: undefined when it has none that the condition allows. */
async function insertLink(
  db: Database,
  { hash, purpose, email }: LinkRow,
  condition: ReturnType<typeof sql>,
): Promise<string | undefined> {
  const [row] = await db
    .insert(mailToken)
    .select(
      db
        .select({
          hash: sql`${hash}`.as("hash"),
          purpose: sql<LinkPurpose>`${purpose}`.as("purpose"),
          userId: user.id,
          email: sql`${email}`.as("email"),
          expiresAt: sql`${expiry}`.as("expires_at"),
          createdAt: sql`now()`.as("created_at"),
        })
        .from(user)
        .where(condition),
    )
    .returning({ userId: mailToken.userId });
  return row?.userId;
}

export function insertLinkForAddress(db: Database, link: LinkRow): Promise<string | undefined> {
  return insertLink(db, link, sql`${user.email} = ${link.email}`);
}

/** The new address of a signed-in user; undefined when another account has it. */
export function insertEmailChangeLink(db: Database, link: LinkRow, userId: string): Promise<string | undefined> {
  return insertLink(
    db,
    link,
    sql`${user.id} = ${userId} and not exists (select from ${user} other where other.email = ${link.email})`,
  );
}

export interface VerificationState {
  readonly id: string;
  readonly verified: boolean;
}

export async function findVerificationState(db: Database, email: string): Promise<VerificationState | undefined> {
  const [row] = await db.select({ id: user.id, verified: user.emailVerified }).from(user).where(eq(user.email, email));
  return row;
}

export interface UsableLink {
  readonly userId: string;
  readonly email: string;
}

const usable = (hash: string, purpose: LinkPurpose) =>
  and(eq(mailToken.hash, hash), eq(mailToken.purpose, purpose), gt(mailToken.expiresAt, sql`now()`));

export async function findLink(db: Database, hash: string, purpose: LinkPurpose): Promise<UsableLink | undefined> {
  const [row] = await db
    .select({ userId: mailToken.userId, email: mailToken.email })
    .from(mailToken)
    .where(usable(hash, purpose));
  return row;
}

/** Of two requests with one link, one gets it. */
export async function consumeLink(db: Database, hash: string, purpose: LinkPurpose): Promise<UsableLink | undefined> {
  const [row] = await db
    .delete(mailToken)
    .where(usable(hash, purpose))
    .returning({ userId: mailToken.userId, email: mailToken.email });
  return row;
}

/** Makes every link void that was mailed for an account, or those of one purpose. */
export async function deleteLinksOf(db: Database, userId: string, purpose?: LinkPurpose): Promise<void> {
  const own = eq(mailToken.userId, userId);
  await db.delete(mailToken).where(purpose === undefined ? own : and(own, eq(mailToken.purpose, purpose)));
}

export async function deleteExpiredLinks(db: Database): Promise<void> {
  await db.delete(mailToken).where(lte(mailToken.expiresAt, sql`now()`));
}

/** Challenges and states of sign-ins that were begun and not ended; Better Auth deletes those only that somebody asks for. */
export async function deleteExpiredVerifications(db: Database): Promise<void> {
  await db.delete(verification).where(lte(verification.expiresAt, sql`now()`));
}

/** Whether the address was confirmed before; undefined when the account has another one by now. */
export async function markVerified(db: Database, { userId, email }: UsableLink): Promise<boolean | undefined> {
  const own = and(eq(user.id, userId), eq(user.email, email));
  const [before] = await db.select({ verified: user.emailVerified }).from(user).where(own).for("update");
  if (before === undefined) return undefined;
  await db.update(user).set({ emailVerified: true, updatedAt: sql`now()` }).where(own);
  return before.verified;
}

/** Gives the address that the account had until now; undefined when it is gone, or another account has the new one. */
export async function moveToAddress(db: Database, { userId, email }: UsableLink): Promise<UserRef | undefined> {
  const [before] = await db
    .select({ id: user.id, email: user.email })
    .from(user)
    .where(eq(user.id, userId))
    .for("update");
  const moved = await db
    .update(user)
    .set({ email, emailVerified: true, updatedAt: sql`now()` })
    .where(and(eq(user.id, userId), sql`not exists (select from ${user} other where other.email = ${email})`))
    .returning({ id: user.id })
    .catch((error: unknown) => {
      // Somebody signed the address up at this very moment.
      if (findServerError(error)?.code === "23505") return [];
      throw error;
    });
  return moved.length > 0 ? before : undefined;
}

/** False when the account has another password by now. Locks in the order in which a sign-in does. */
export async function replacePassword(db: Database, userId: string, from: string, to: string): Promise<boolean> {
  await db.select({ id: user.id }).from(user).where(eq(user.id, userId)).for("update");
  const replaced = await db
    .update(account)
    .set({ password: to, updatedAt: new Date() })
    .where(and(eq(account.userId, userId), eq(account.providerId, "credential"), eq(account.password, from)))
    .returning({ id: account.id });
  return replaced.length > 0;
}

export async function setRole(db: Database, email: string, role: "admin" | "user"): Promise<string | undefined> {
  const [row] = await db
    .update(user)
    .set({ role, updatedAt: sql`now()` })
    .where(eq(user.email, email))
    .returning({ id: user.id });
  return row?.id;
}

/** The same number of statements as a new account takes, without any effect. */
export async function imitateNewAccount(db: Database, userId: string): Promise<void> {
  await db
    .update(user)
    .set({ name: user.name })
    .where(and(eq(user.id, userId), sql`false`));
  await db
    .update(account)
    .set({ scope: account.scope })
    .where(and(eq(account.userId, userId), sql`false`));
}
