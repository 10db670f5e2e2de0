/** The signing keys in memory, re-read from the database every minute: signing and publishing wait for no query. */
import type { KeyObject } from "node:crypto";
import type { Clock } from "../clock.ts";
import { keysUnavailable } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { createJwksDocument, type JwksDocument } from "./jwks.ts";
import { openPublicKey, openSigningKey, type SigningKey } from "./opening.ts";
import { findKey, isIdle, nextDueAt, planKeyring } from "./plan.ts";
import { REFRESH_EVERY_MS } from "./policy.ts";
import { listPublishedKeys, type SigningKeyRow } from "./queries.ts";
import { type KeyringTools, type Rotation, rotateKeyring } from "./rotation.ts";

export type { SigningKey };

/** Why nothing can be signed; a name for the readiness body, not for clients of the token route. */
export type KeyringProblem = "no_active_signing_key" | "signing_key_undecryptable";

export interface KeyringSettings extends Omit<KeyringTools, "now"> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onRotation?: (rotation: Rotation) => void;
}

interface KeyringState {
  readonly jwks: JwksDocument;
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  readonly signing: SigningKey | KeyringProblem;
  readonly activeSince: Date | undefined;
  /** Takes over by itself when the database does not answer at the time. */
  readonly upcoming: { readonly key: SigningKey; readonly takesOverAt: number } | undefined;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

const TICK_MS = 1_000;
const RETRY_MS = 5_000;
/** For as long a re-read that is under way may still say that the next key was revoked. */
const TAKE_OVER_AFTER_MS = 10_000;

const EMPTY: KeyringState = {
  jwks: createJwksDocument([]),
  publicKeys: new Map(),
  signing: "no_active_signing_key",
  activeSince: undefined,
  upcoming: undefined,
  dueAt: 0,
};

export class Keyring {
  readonly #settings: KeyringSettings;
  #state: KeyringState = EMPTY;
  #refreshing = false;
  #stopTimer: () => void = () => undefined;

  private constructor(settings: KeyringSettings) {
    this.#settings = settings;
  }

  /** Makes the first keys if there are none, reads them, and keeps reading and rotating. */
  static async start(settings: KeyringSettings): Promise<Keyring> {
    const keyring = new Keyring(settings);
    await keyring.refresh();
    keyring.#stopTimer = settings.clock.every(TICK_MS, () => void keyring.#tick());
    return keyring;
  }

  stop(): void {
    this.#stopTimer();
  }

  jwks(): JwksDocument {
    return this.#state.jwks;
  }

  /** The published key that a token may name. */
  findPublicKey(kid: string): KeyObject | undefined {
    return this.#state.publicKeys.get(kid);
  }

  problem(): KeyringProblem | undefined {
    const signing = this.#currentKey();
    return typeof signing === "string" ? signing : undefined;
  }

  /** Since when the active key signs. */
  activeSince(): Date | undefined {
    return this.#state.activeSince;
  }

  /** @throws {AppError} keys_unavailable */
  signingKey(): SigningKey {
    const signing = this.#currentKey();
    if (typeof signing === "string") throw keysUnavailable();
    return signing;
  }

  /** Reads the keys, after doing what is due: any replica does it, for all of them. */
  async refresh(): Promise<void> {
    const { db, clock } = this.#settings;
    const rows = await listPublishedKeys(db);
    await this.#load(rows);
    if (isIdle(planKeyring(rows, clock.now()))) return;
    await this.#rotate();
    await this.#load(await listPublishedKeys(db));
  }

  #currentKey(): SigningKey | KeyringProblem {
    const { signing, upcoming } = this.#state;
    return upcoming !== undefined && upcoming.takesOverAt <= this.#settings.clock.now() ? upcoming.key : signing;
  }

  async #rotate(): Promise<void> {
    const { clock, logger, onRotation, ...tools } = this.#settings;
    const rotation = await rotateKeyring({ ...tools, now: () => clock.now() });
    onRotation?.(rotation);
    const { minted, activated, withdrawn } = rotation;
    if (minted.length + withdrawn.length > 0 || activated !== undefined) logger.info(rotation, "changed signing keys");
    if (rotation.blocked !== undefined)
      logger.error(rotation, "the next signing key can't take over: see make keys-status");
  }

  async #tick(): Promise<void> {
    if (this.#refreshing || this.#settings.clock.now() < this.#state.dueAt) return;
    this.#refreshing = true;
    try {
      await this.refresh();
    } catch (err) {
      this.#settings.logger.warn({ err }, "could not re-read or rotate the signing keys, the last ones stay in use");
      this.#state = { ...this.#state, dueAt: this.#settings.clock.now() + RETRY_MS };
    } finally {
      this.#refreshing = false;
    }
  }

  async #load(rows: readonly SigningKeyRow[]): Promise<void> {
    const next = findKey(rows, "next");
    const nextKey = next === undefined ? undefined : await this.#open(next);
    const known = this.#state.publicKeys;
    const now = this.#settings.clock.now();
    const dueAt = nextDueAt(rows);
    this.#state = {
      jwks: createJwksDocument(rows),
      publicKeys: new Map(rows.map((row) => [row.kid, known.get(row.kid) ?? openPublicKey(row)])),
      signing: await this.#openActive(findKey(rows, "active")),
      activeSince: findKey(rows, "active")?.activatedAt ?? undefined,
      upcoming:
        typeof nextKey === "object" && next?.activatesAt
          ? { key: nextKey, takesOverAt: next.activatesAt.getTime() + TAKE_OVER_AFTER_MS }
          : undefined,
      dueAt: dueAt <= now ? now + RETRY_MS : Math.min(now + REFRESH_EVERY_MS, dueAt),
    };
  }

  async #openActive(active: SigningKeyRow | undefined): Promise<SigningKey | KeyringProblem> {
    return active === undefined ? "no_active_signing_key" : this.#open(active);
  }

  async #open(row: SigningKeyRow): Promise<SigningKey | "signing_key_undecryptable"> {
    const { signing, upcoming } = this.#state;
    for (const known of [signing, upcoming?.key]) {
      if (typeof known === "object" && known.kid === row.kid) return known;
    }
    try {
      return await openSigningKey(row, this.#settings.cipher);
    } catch (err) {
      const { kid, status } = row;
      this.#settings.logger.error({ err, kid, status }, "a signing key can't be decrypted with AUTH_SECRETS");
      return "signing_key_undecryptable";
    }
  }
}
