/** What the gateway holds about a person, without what would let somebody else sign in. */
import { passkey } from "@auth-gateway/shared-schema/accounts";
import { account, session, user } from "@auth-gateway/shared-schema/auth";
import { and, asc, eq, gt } from "drizzle-orm";
import type { Database } from "../db/database.ts";

export interface Page {
  readonly after: string | undefined;
  readonly limit: number;
}

interface Held {
  readonly id: string;
}

export async function findProfile(db: Database, userId: string): Promise<Held[]> {
  return db.select().from(user).where(eq(user.id, userId));
}

export async function listSessions(db: Database, userId: string, { after, limit }: Page): Promise<Held[]> {
  const { id, createdAt, updatedAt, expiresAt, ipAddress, userAgent } = session;
  return db
    .select({ id, createdAt, updatedAt, expiresAt, ipAddress, userAgent })
    .from(session)
    .where(and(eq(session.userId, userId), after === undefined ? undefined : gt(id, after)))
    .orderBy(asc(id))
    .limit(limit);
}

export async function listLinkedAccounts(db: Database, userId: string, { after, limit }: Page): Promise<Held[]> {
  const { id, providerId, accountId, scope, createdAt, updatedAt } = account;
  return db
    .select({ id, providerId, accountId, scope, createdAt, updatedAt })
    .from(account)
    .where(and(eq(account.userId, userId), after === undefined ? undefined : gt(id, after)))
    .orderBy(asc(id))
    .limit(limit);
}

export async function listPasskeys(db: Database, userId: string, { after, limit }: Page): Promise<Held[]> {
  const { id, name, credentialID, deviceType, backedUp, transports, aaguid, createdAt } = passkey;
  return db
    .select({ id, name, credentialId: credentialID, deviceType, backedUp, transports, aaguid, createdAt })
    .from(passkey)
    .where(and(eq(passkey.userId, userId), after === undefined ? undefined : gt(id, after)))
    .orderBy(asc(id))
    .limit(limit);
}
