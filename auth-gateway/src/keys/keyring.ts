/** The signing keys in memory, re-read from the database every minute: signing and publishing wait for no query. */
import type { KeyObject } from "node:crypto";
import type { Clock } from "../clock.ts";
import { keysUnavailable } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { JwksDocument } from "./jwks.ts";
import type { SigningKey } from "./opening.ts";
import { isIdle, planKeyring } from "./plan.ts";
import { listPublishedKeys, type SigningKeyRow } from "./queries.ts";
import { type KeyringTools, type Rotation, rotateKeyring } from "./rotation.ts";
import { type KeyringProblem, type KeyringState, NO_KEYS, RETRY_MS, readState } from "./state.ts";

export type { KeyringProblem, SigningKey };

export interface KeyringSettings extends Omit<KeyringTools, "now"> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onRotation?: (rotation: Rotation) => void;
}

const TICK_MS = 1_000;

export class Keyring {
  readonly #settings: KeyringSettings;
  #state: KeyringState = NO_KEYS;
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
    this.#state = await readState(rows, this.#state, this.#settings);
  }
}
