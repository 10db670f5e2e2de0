/** The keyring in words, for the person who runs it. */
import type { Database } from "../db/database.ts";
import { ACCESS_TOKEN_LIFETIME } from "../tokens/lifetime.ts";
import type { KeyCipher } from "./cipher.ts";
import { findKey, type KeyStatus, knownToVerifiersAt, leavesAt } from "./plan.ts";
import { type KeyPolicy, REFRESH_EVERY_MS, VERIFIERS_LEARN_WITHIN } from "./policy.ts";
import { listAllKeys, listPublishedKeys, type SigningKeyRow } from "./queries.ts";

export interface KeyReport {
  readonly kid: string;
  readonly status: KeyStatus;
  readonly reason: "expired" | "revoked" | undefined;
  readonly createdAt: Date;
  readonly signsFrom: Date | undefined;
  readonly signsUntil: Date | undefined;
  readonly leavesAt: Date | undefined;
  /** Of the secret that the private key lies under; undefined when the private key was erased. */
  readonly secretVersion: string | undefined;
}

/** Oldest first, those that were withdrawn included. */
export async function listKeyStatuses(db: Database, cipher: KeyCipher): Promise<KeyReport[]> {
  const rows = await listAllKeys(db);
  const takesOver = findKey(rows, "next")?.activatesAt ?? undefined;
  return rows.map((row) => ({
    kid: row.kid,
    status: row.status,
    reason: row.withdrawalReason ?? undefined,
    createdAt: row.createdAt,
    signsFrom: row.activatedAt ?? row.activatesAt ?? undefined,
    signsUntil: row.status === "active" ? takesOver : (row.retiredAt ?? undefined),
    leavesAt: row.withdrawnAt ?? (row.status === "retired" ? new Date(leavesAt(row)) : undefined),
    secretVersion: row.privateJwk === null ? undefined : cipher.versionOf(row.privateJwk),
  }));
}

export interface PublishedKey {
  readonly key: SigningKeyRow;
  /** The key that would follow an active one. */
  readonly next: SigningKeyRow | undefined;
}

export async function findPublishedKey(db: Database, kid: string): Promise<PublishedKey | undefined> {
  const rows = await listPublishedKeys(db);
  const key = rows.find((row) => row.kid === kid);
  return key === undefined ? undefined : { key, next: findKey(rows, "next") };
}

/** What a revocation breaks. `now` in milliseconds since the epoch. */
export function describeRevocation({ key, next }: PublishedKey, policy: KeyPolicy, now: number): string[] {
  const reach =
    `It leaves the JWKS at once; replicas follow within ${REFRESH_EVERY_MS / 1000} s. Verifiers that cache the key set may ` +
    `accept what it signs for up to ${VERIFIERS_LEARN_WITHIN} s more: restart those that must not.`;
  if (key.status === "next") {
    return [
      "This key has signed nothing yet: no token dies.",
      reach,
      "Another next key is made, and the plan starts anew.",
    ];
  }
  const dying =
    `Every token that it signed dies, of the last ${ACCESS_TOKEN_LIFETIME} s at most, user and machine tokens alike. ` +
    "Sessions live on: clients get a 401 and fetch a new token.";
  if (key.status === "retired") return [dying, reach];
  const unknownFor = next === undefined ? 0 : Math.ceil((knownToVerifiersAt(next, policy) - now) / 1000);
  return [
    dying,
    reach,
    "The next key signs at once, and another next key is made.",
    ...(unknownFor > 0
      ? [`The next key is young: for up to ${unknownFor} s verifiers that cache the key set may refuse what it signs.`]
      : []),
  ];
}
