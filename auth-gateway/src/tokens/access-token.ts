/** Access tokens of users (RFC 9068): who, for which service, until when, and no personal data. */
import { sign } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { SigningKey } from "../keys/keyring.ts";

/** Seconds. */
const ACCESS_TOKEN_LIFETIME = 300;

/** What a signed-in person may do at every service; machine clients get their own scopes. */
const USER_SCOPE = "rag";

export interface AccessTokenIssuer {
  issue(subject: TokenSubject): IssuedToken;
  /** @throws {AppError} unknown_audience */
  requireAudience(requested: readonly string[]): string;
}

export interface TokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly audience: string;
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
  return {
    requireAudience(requested) {
      const [audience = settings.audiences[0], ...more] = requested;
      if (more.length === 0 && settings.audiences.includes(audience)) return audience;
      throw new AppError("unknown_audience", `Tokens are issued for one of: ${settings.audiences.join(", ")}.`);
    },
    issue({ userId, sessionId, audience }) {
      const iat = Math.floor(clock.now() / 1000);
      const exp = iat + ACCESS_TOKEN_LIFETIME;
      const claims = {
        iss: settings.issuer,
        sub: userId,
        aud: audience,
        exp,
        iat,
        nbf: iat,
        jti: uuidv7(),
        sid: sessionId,
        scope: USER_SCOPE,
        client_id: "first-party",
      };
      return { token: signCompact(claims, keyring.signingKey()), expiresAt: new Date(exp * 1000) };
    },
  };
}

/**
 * Compact JWS (RFC 7515). Signed on the main thread: it takes some 30 µs there, while WebCrypto's way leads through the
 * thread pool that password hashes occupy for 10 ms each.
 */
function signCompact(claims: object, { kid, privateKey }: SigningKey): string {
  const input = `${encode({ typ: "at+jwt", alg: "ES256", kid })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
