/** What a token is worth now (RFC 7662), and the end of one before its time (RFC 7009). */
import { OAuthError } from "../clients/oauth-error.ts";
import type { Database } from "../db/database.ts";
import { digestOf } from "../revocation/digest.ts";
import { insertTokenRevocation, isMachineTokenLive, isUserTokenLive } from "./queries.ts";
import type { MachineClaims, TokenVerifier, UserClaims } from "./verification.ts";

export type Introspection = { readonly active: false } | ActiveToken;
type ActiveToken = (UserClaims | MachineClaims) & { readonly active: true; readonly token_type: "Bearer" };

export interface TokenInspector {
  introspect(token: string): Promise<Introspection>;
  /**
   * Does nothing for what is no token of ours, or no longer one (RFC 7009, 2.2).
   * @throws {OAuthError} unauthorized_client for another machine's token.
   */
  revoke(token: string, byClient: string): Promise<void>;
}

/** For verifiers that allow some leeway at a token's end. Milliseconds. */
const KEPT_AFTER_EXPIRY = 300_000;

export function createTokenInspector(db: Database, verifier: TokenVerifier): TokenInspector {
  return {
    async introspect(token) {
      const user = verifier.verifyUserToken(token);
      const machine = user === undefined ? verifier.verifyMachineToken(token) : undefined;
      const claims = user ?? machine;
      if (claims === undefined) return { active: false };
      const tokenDigest = digestOf(claims.jti);
      const live =
        user === undefined
          ? await isMachineTokenLive(db, claims.sub, tokenDigest)
          : await isUserTokenLive(db, { userId: user.sub, sessionId: user.sid, tokenDigest });
      return live ? { active: true, token_type: "Bearer", ...claims } : { active: false };
    },
    async revoke(token, byClient) {
      const machine = verifier.verifyMachineToken(token);
      // A user's token belongs to no client: whoever holds one may end it, as who finds a leaked one should.
      const claims = machine ?? verifier.verifyUserToken(token);
      if (claims === undefined) return;
      if (machine !== undefined && machine.sub !== byClient) {
        throw new OAuthError("unauthorized_client", "The token was issued to another client.");
      }
      await insertTokenRevocation(db, digestOf(claims.jti), new Date(claims.exp * 1000 + KEPT_AFTER_EXPIRY));
    },
  };
}
