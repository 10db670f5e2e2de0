/**
 * Verifies access tokens offline, and refuses revoked ones within seconds: copy it into a service that has jose.
 *
 *   const tokens = new TokenVerifier({ issuer: "https://auth.example.com", audience: "billing-api" });
 *   await tokens.start();
 *   const claims = await tokens.verify(bearerToken); // throws
 */
import { createHash } from "node:crypto";
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";

/** Milliseconds. */
const POLL_EVERY = 2_000;
const POLL_TIMEOUT = 5_000;
/** An entry leaves the feed when no token can live that it concerns; ours may go then too. */
const REMEMBER_FOR = 15 * 60_000;

interface FeedClaims extends JWTPayload {
  readonly cursor: number;
  readonly sessions: readonly string[];
  readonly tokens: readonly string[];
  readonly subjects: Readonly<Record<string, number>>;
}

export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer is reached, if not under its own name. */
  readonly baseUrl?: string;
}

export class TokenVerifier {
  readonly #options: VerifierOptions;
  readonly #base: string;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #seen = new Map<string, number>();
  #subjects: Readonly<Record<string, number>> = {};
  #etag = "";
  #cursor = 0;
  /** Seconds since the epoch; from then on what is known is too old to trust. */
  #validUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: VerifierOptions) {
    this.#options = options;
    this.#base = options.baseUrl ?? options.issuer;
    this.#keys = createRemoteJWKSet(new URL(`${this.#base}/.well-known/jwks.json`));
  }

  /** Reads the feed, and goes on reading it. @throws when it can't be read at all. */
  async start(): Promise<void> {
    await this.#poll();
    const again = () => {
      this.#timer = setTimeout(
        () =>
          void this.#poll()
            .catch(() => undefined)
            .finally(again),
        POLL_EVERY,
      );
    };
    again();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** @throws for a token that is not good now, and for every token while the feed is out of reach (fail closed). */
  async verify(token: string): Promise<JWTPayload> {
    const { issuer, audience } = this.#options;
    const { payload } = await jwtVerify(token, this.#keys, {
      issuer,
      audience,
      typ: "at+jwt",
      algorithms: ["ES256"],
      requiredClaims: ["sub", "exp", "iat", "jti", "scope", "client_id"],
    });
    if (Date.now() / 1000 >= this.#validUntil) throw new Error("the revocation feed is too old to trust");
    if (this.#isRevoked(payload)) throw new Error("the token was revoked");
    return payload;
  }

  #isRevoked({ sid, jti, sub, iat }: JWTPayload): boolean {
    const ids = [typeof sid === "string" ? `s:${digestOf(sid)}` : "", `t:${digestOf(jti ?? "")}`];
    const notBefore = this.#subjects[digestOf(sub ?? "")];
    return ids.some((id) => this.#seen.has(id)) || (notBefore !== undefined && (iat ?? 0) < notBefore);
  }

  async #poll(): Promise<void> {
    const response = await fetch(`${this.#base}/.well-known/revocations`, {
      headers: this.#etag === "" ? {} : { "if-none-match": this.#etag },
      signal: AbortSignal.timeout(POLL_TIMEOUT),
    });
    if (response.status === 304) return;
    if (!response.ok) throw new Error(`the revocation feed answered ${response.status}`);
    const { payload } = await jwtVerify<FeedClaims>(await response.text(), this.#keys, {
      issuer: this.#options.issuer,
      typ: "revocations+jwt",
      algorithms: ["ES256"],
      requiredClaims: ["exp", "cursor"],
    });
    this.#learn(payload, response.headers.get("etag") ?? "");
  }

  /** What was revoked once stays so, even if a replica that lags behind does not tell it. */
  #learn(feed: FeedClaims, etag: string): void {
    const now = Date.now();
    for (const digest of feed.sessions) this.#seen.set(`s:${digest}`, now);
    for (const digest of feed.tokens) this.#seen.set(`t:${digest}`, now);
    for (const [id, at] of this.#seen) if (now - at > REMEMBER_FOR) this.#seen.delete(id);
    // An older snapshot than the one at hand: it adds what it knows, and proves nothing about now.
    if (feed.cursor < this.#cursor) return;
    this.#subjects = feed.subjects;
    this.#cursor = feed.cursor;
    this.#etag = etag;
    this.#validUntil = feed.exp ?? 0;
  }
}

/** The first 16 bytes of the SHA-256, base64url. */
function digestOf(value: string): string {
  return createHash("sha256").update(value).digest().subarray(0, 16).toString("base64url");
}
