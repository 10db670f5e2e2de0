/** Access tokens (RFC 9068): who, for which service, until when, and no personal data. */
import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { signCompact } from "../keys/jws.ts";
import type { SigningKey } from "../keys/keyring.ts";
import { ACCESS_TOKEN_LIFETIME } from "./lifetime.ts";

/** What a signed-in person may do at every service; machine clients get their own scopes. */
const USER_SCOPE = "rag";

/** The `client_id` of every user token: people sign in at the gateway itself. */
export const USER_CLIENT = "first-party";

export interface AccessTokenIssuer {
  issue(subject: TokenSubject): IssuedToken;
  issueForClient(subject: ClientSubject): IssuedToken;
  /** @throws {AppError} unknown_audience */
  requireAudience(requested: readonly string[]): string;
}

export interface TokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly audience: string;
}

/** A machine: its token is for no user and no session. */
export interface ClientSubject {
  readonly clientId: string;
  readonly audience: string;
  /** Space-separated (RFC 6749, 3.3). */
  readonly scope: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

export interface IssuerSettings {
  readonly issuer: string;
  /** The first is the default. */
  readonly audiences: readonly [string, ...string[]];
}

export function createAccessTokenIssuer(
  settings: IssuerSettings,
  keyring: { signingKey(): SigningKey },
  clock: Clock,
): AccessTokenIssuer {
  const sign = (claims: { readonly sub: string; readonly aud: string; readonly scope: string }, extra: object) => {
    const iat = Math.floor(clock.now() / 1000);
    const exp = iat + ACCESS_TOKEN_LIFETIME;
    const all = { iss: settings.issuer, ...claims, exp, iat, nbf: iat, jti: uuidv7(), ...extra };
    return { token: signCompact("at+jwt", all, keyring.signingKey()), expiresAt: new Date(exp * 1000) };
  };
  return {
    requireAudience(requested) {
      const [audience = settings.audiences[0], ...more] = requested;
      if (more.length === 0 && settings.audiences.includes(audience)) return audience;
      throw new AppError("unknown_audience", `Tokens are issued for one of: ${settings.audiences.join(", ")}.`);
    },
    issue({ userId, sessionId, audience }) {
      return sign({ sub: userId, aud: audience, scope: USER_SCOPE }, { sid: sessionId, client_id: USER_CLIENT });
    },
    issueForClient({ clientId, audience, scope }) {
      return sign({ sub: clientId, aud: audience, scope }, { client_id: clientId });
    },
  };
}
