/** The times of a key's life: published ahead, signing, published after. */
import { ACCESS_TOKEN_LIFETIME } from "../tokens/lifetime.ts";

/** Milliseconds, both. */
export interface KeyPolicy {
  /** From a key's publication to its first signature, at least. */
  readonly publishAhead: number;
  /** How long a key signs. */
  readonly rotationInterval: number;
}

/** Seconds for which HTTP caches may keep the JWKS. */
export const JWKS_MAX_AGE = 300;

/** Seconds for which verifiers keep what they fetched: jose's remote JWKS does so for 600, PyJWT's client for 300. */
const VERIFIER_CACHE = 600;

/** Every replica reads the keyring this often. Milliseconds. */
export const REFRESH_EVERY_MS = 60_000;

/** Seconds after which nobody knows an older JWKS: also what a revoked key may still be believed for. */
export const VERIFIERS_LEARN_WITHIN = JWKS_MAX_AGE + VERIFIER_CACHE + REFRESH_EVERY_MS / 1000;

/**
 * A retired key's last token, signed by a replica that had not yet heard, expires within lifetime and refresh interval;
 * the rest is for verifiers that allow some leeway and for clocks that differ.
 */
export const RETIRED_FOR_MS = 2 * ACCESS_TOKEN_LIFETIME * 1000 + REFRESH_EVERY_MS;
