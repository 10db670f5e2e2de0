/** Whether who a token was issued to may still act, and tokens that were revoked one by one. */
import { session, user } from "@auth-gateway/shared-schema/auth";
import { oauthClient } from "@auth-gateway/shared-schema/clients";
import { revocation } from "@auth-gateway/shared-schema/revocations";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

export interface UserTokenIdentity {
  readonly userId: string;
  readonly sessionId: string;
  /** Digest of the token's own id. */
  readonly tokenDigest: string;
}

/** As `rag.enter` has it: the session lives, the user is not banned; and the token was not revoked by itself. */
export async function isUserTokenLive(db: Database, token: UserTokenIdentity): Promise<boolean> {
  const rows = await db
    .select({ id: session.id })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .where(
      and(
        eq(session.id, token.sessionId),
        eq(session.userId, token.userId),
        sql`${session.expiresAt} > now()`,
        sql`not (coalesce(${user.banned}, false) and (${user.banExpires} is null or ${user.banExpires} > now()))`,
        isNotRevoked(token.tokenDigest),
      ),
    );
  return rows.length > 0;
}

export async function isMachineTokenLive(db: Database, clientId: string, tokenDigest: string): Promise<boolean> {
  const rows = await db
    .select({ id: oauthClient.id })
    .from(oauthClient)
    .where(
      and(eq(oauthClient.clientId, clientId), sql`${oauthClient.disabled} is not true`, isNotRevoked(tokenDigest)),
    );
  return rows.length > 0;
}

function isNotRevoked(digest: string): SQL {
  return sql`not exists (select from ${revocation} where ${revocation.kind} = 'token' and ${revocation.digest} = ${digest})`;
}

export async function insertTokenRevocation(db: Database, digest: string, expiresAt: Date): Promise<void> {
  await db.insert(revocation).values({ kind: "token", digest, expiresAt }).onConflictDoNothing();
}
