/** The signing keys in memory, re-read from the database every minute: signing and publishing wait for no query. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { JWK } from "jose";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { keysUnavailable } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { KeyCipher } from "./cipher.ts";
import { createJwksDocument, type JwksDocument } from "./jwks.ts";
import { mintMissingKeys } from "./minting.ts";
import { insertMissingKeys, listSigningKeys, type SigningKeyRow } from "./queries.ts";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** Why nothing can be signed; a name for the readiness body, not for clients of the token route. */
export type KeyringProblem = "no_active_signing_key" | "signing_key_undecryptable";

const REFRESH_EVERY_MS = 60_000;

interface KeyringState {
  readonly jwks: JwksDocument;
  readonly signing: SigningKey | KeyringProblem;
}

export class Keyring {
  readonly #db: Database;
  readonly #cipher: KeyCipher;
  readonly #logger: Logger;
  #state: KeyringState = { jwks: createJwksDocument([]), signing: "no_active_signing_key" };
  #stopTimer: () => void = () => undefined;

  private constructor(db: Database, cipher: KeyCipher, logger: Logger) {
    this.#db = db;
    this.#cipher = cipher;
    this.#logger = logger;
  }

  /** Makes the first keys if there are none, reads them, and keeps reading. */
  static async start(db: Database, cipher: KeyCipher, clock: Clock, logger: Logger): Promise<Keyring> {
    const minted = await insertMissingKeys(db, (existing) => mintMissingKeys(existing, cipher, new Date(clock.now())));
    if (minted > 0) logger.info({ minted }, "made signing keys");
    const keyring = new Keyring(db, cipher, logger);
    await keyring.refresh();
    keyring.#stopTimer = clock.every(REFRESH_EVERY_MS, () => void keyring.#refreshOrKeep());
    return keyring;
  }

  stop(): void {
    this.#stopTimer();
  }

  jwks(): JwksDocument {
    return this.#state.jwks;
  }

  problem(): KeyringProblem | undefined {
    return typeof this.#state.signing === "string" ? this.#state.signing : undefined;
  }

  /** @throws {AppError} keys_unavailable */
  signingKey(): SigningKey {
    if (typeof this.#state.signing === "string") throw keysUnavailable();
    return this.#state.signing;
  }

  async refresh(): Promise<void> {
    const rows = await listSigningKeys(this.#db);
    this.#state = { jwks: createJwksDocument(rows), signing: await this.#openActiveKey(rows) };
  }

  async #refreshOrKeep(): Promise<void> {
    try {
      await this.refresh();
    } catch (err) {
      this.#logger.warn({ err }, "could not re-read the signing keys, the last ones stay in use");
    }
  }

  async #openActiveKey(rows: readonly SigningKeyRow[]): Promise<SigningKey | KeyringProblem> {
    const active = rows.find((row) => row.status === "active");
    if (active === undefined) return "no_active_signing_key";
    const known = this.#state.signing;
    if (typeof known !== "string" && known.kid === active.kid) return known;
    try {
      return { kid: active.kid, privateKey: importMatching(await this.#cipher.decrypt(active.privateJwk), active) };
    } catch (err) {
      this.#logger.error({ err, kid: active.kid }, "the active signing key can't be decrypted with AUTH_SECRETS");
      return "signing_key_undecryptable";
    }
  }
}

/** A private key that does not belong to the published one would sign what nobody can verify. */
function importMatching(privateJwk: JWK, row: SigningKeyRow): KeyObject {
  const privateKey = createPrivateKey({ key: { ...privateJwk }, format: "jwk" });
  const publicKey = createPublicKey({ key: { ...row.publicJwk }, format: "jwk" });
  if (!createPublicKey(privateKey).equals(publicKey)) throw new Error("the private key does not match the public key");
  return privateKey;
}
