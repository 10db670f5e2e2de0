/** What a process holds of the signing keys between two looks at the database. */
import type { KeyObject } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { KeyCipher } from "./cipher.ts";
import { createJwksDocument, type JwksDocument } from "./jwks.ts";
import { openPublicKey, openSigningKey, type SigningKey } from "./opening.ts";
import { findKey, nextDueAt } from "./plan.ts";
import { REFRESH_EVERY_MS } from "./policy.ts";
import type { SigningKeyRow } from "./queries.ts";

/** Why nothing can be signed; a name for the readiness body, not for clients of the token route. */
export type KeyringProblem = "no_active_signing_key" | "signing_key_undecryptable";

export interface KeyringState {
  readonly jwks: JwksDocument;
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  readonly signing: SigningKey | KeyringProblem;
  readonly activeSince: Date | undefined;
  /** Takes over by itself when the database does not answer at the time. */
  readonly upcoming: { readonly key: SigningKey; readonly takesOverAt: number } | undefined;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

export const RETRY_MS = 5_000;
/** For as long a re-read that is under way may still say that the next key was revoked. */
const TAKE_OVER_AFTER_MS = 10_000;

export const NO_KEYS: KeyringState = {
  jwks: createJwksDocument([]),
  publicKeys: new Map(),
  signing: "no_active_signing_key",
  activeSince: undefined,
  upcoming: undefined,
  dueAt: 0,
};

interface StateTools {
  readonly cipher: KeyCipher;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keys that were opened before are not opened again. */
export async function readState(
  rows: readonly SigningKeyRow[],
  before: KeyringState,
  tools: StateTools,
): Promise<KeyringState> {
  const [active, next] = [findKey(rows, "active"), findKey(rows, "next")];
  const nextKey = next === undefined ? undefined : await open(next, before, tools);
  const now = tools.clock.now();
  const dueAt = nextDueAt(rows);
  return {
    jwks: createJwksDocument(rows),
    publicKeys: new Map(rows.map((row) => [row.kid, before.publicKeys.get(row.kid) ?? openPublicKey(row)])),
    signing: active === undefined ? "no_active_signing_key" : await open(active, before, tools),
    activeSince: active?.activatedAt ?? undefined,
    upcoming:
      typeof nextKey === "object" && next?.activatesAt
        ? { key: nextKey, takesOverAt: next.activatesAt.getTime() + TAKE_OVER_AFTER_MS }
        : undefined,
    dueAt: dueAt <= now ? now + RETRY_MS : Math.min(now + REFRESH_EVERY_MS, dueAt),
  };
}

async function open(
  row: SigningKeyRow,
  { signing, upcoming }: KeyringState,
  { cipher, logger }: StateTools,
): Promise<SigningKey | "signing_key_undecryptable"> {
  for (const known of [signing, upcoming?.key]) {
    if (typeof known === "object" && known.kid === row.kid) return known;
  }
  try {
    return await openSigningKey(row, cipher);
  } catch (err) {
    const { kid, status } = row;
    logger.error({ err, kid, status }, "a signing key can't be decrypted with AUTH_SECRETS");
    return "signing_key_undecryptable";
  }
}
