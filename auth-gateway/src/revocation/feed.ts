/** The revocation feed: a signed snapshot in memory, read anew every second while somebody polls it. */
import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { databaseFaultOf } from "../db/faults.ts";
import { databaseUnavailable } from "../errors.ts";
import { signCompact } from "../keys/jws.ts";
import type { SigningKey } from "../keys/keyring.ts";
import type { Logger } from "../logger.ts";
import { deleteExpiredRevocations, type RevocationEntry, type RevocationSnapshot, readRevocations } from "./queries.ts";

export interface FeedDocument {
  /** A compact JWS. */
  readonly body: string;
  /** A strong entity tag (RFC 9110, 8.8.3), quotes included. */
  readonly etag: string;
}

export interface FeedSettings {
  readonly db: Database;
  readonly issuer: string;
  readonly keyring: { signingKey(): SigningKey };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Milliseconds, all. A reader that polls every 2 s so knows within 4 s; nobody polling, nothing is read. */
const READ_EVERY = 1_000;
const STALE_AFTER = 3_000;
const IDLE_AFTER = 60_000;
const SIGN_EVERY = 10_000;
const VALID_FOR = 30_000;
const PURGE_EVERY = 60_000;

interface Held extends FeedDocument {
  readonly snapshot: RevocationSnapshot;
  readonly signedAt: number;
  readonly readAt: number;
}

export class RevocationFeed {
  readonly #settings: FeedSettings;
  readonly #stops: (() => void)[];
  #held: Held | undefined;
  #reading: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: FeedSettings) {
    this.#settings = settings;
    this.#stops = [
      settings.clock.every(READ_EVERY, () => this.#keepFresh()),
      settings.clock.every(PURGE_EVERY, () => this.#purge()),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /**
   * Reads the database only where nobody asked for a while.
   * @throws {AppError} database_unavailable when what is known is too old to be signed.
   */
  async document(): Promise<FeedDocument> {
    const now = this.#settings.clock.now();
    this.#askedAt = now;
    if (this.#held !== undefined && now - this.#held.readAt <= STALE_AFTER) return this.#held;
    await this.#read().catch((error: unknown) => {
      if (databaseFaultOf(error) !== "unavailable") throw error;
      if (this.#held === undefined || now - this.#held.signedAt >= VALID_FOR) throw databaseUnavailable(error);
    });
    if (this.#held === undefined) throw databaseUnavailable();
    return this.#held;
  }

  #keepFresh(): void {
    if (this.#settings.clock.now() - this.#askedAt > IDLE_AFTER) return;
    this.#read().catch((err: unknown) => this.#settings.logger.warn({ err }, "could not read the revocations"));
  }

  #purge(): void {
    deleteExpiredRevocations(this.#settings.db).catch((err: unknown) =>
      this.#settings.logger.warn({ err }, "could not delete expired revocations"),
    );
  }

  #read(): Promise<void> {
    this.#reading ??= this.#readAndSign().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAndSign(): Promise<void> {
    // Before the query: the document must not claim to know what happened while it ran.
    const readAt = this.#settings.clock.now();
    const snapshot = await readRevocations(this.#settings.db);
    const held = this.#held;
    const unchanged = held !== undefined && JSON.stringify(held.snapshot) === JSON.stringify(snapshot);
    this.#held = unchanged && readAt - held.signedAt < SIGN_EVERY ? { ...held, readAt } : this.#sign(snapshot, readAt);
  }

  #sign(snapshot: RevocationSnapshot, readAt: number): Held {
    const { issuer, keyring } = this.#settings;
    const iat = Math.floor(readAt / 1000);
    const claims = { iss: issuer, iat, exp: iat + VALID_FOR / 1000, ...claimsOf(snapshot) };
    const body = signCompact("revocations+jwt", claims, keyring.signingKey());
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    return { body, etag, snapshot, signedAt: readAt, readAt };
  }
}

function claimsOf({ entries, cursor }: RevocationSnapshot) {
  const digests = (kind: RevocationEntry["kind"]) =>
    entries.filter((entry) => entry.kind === kind).map(({ digest }) => digest);
  const subjects = entries.flatMap(({ digest, notBefore }) =>
    notBefore === null ? [] : [[digest, notBefore] as const],
  );
  return { cursor, sessions: digests("session"), tokens: digests("token"), subjects: Object.fromEntries(subjects) };
}
