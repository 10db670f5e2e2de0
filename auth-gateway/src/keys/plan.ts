/** What a keyring needs at a given time, decided from its rows alone. */
import { type KeyPolicy, RETIRED_FOR_MS } from "./policy.ts";
import type { SigningKeyRow } from "./queries.ts";

export interface KeyPlan {
  /** Retired keys that nothing valid is signed by any more. */
  readonly withdraw: readonly SigningKeyRow[];
  /** The key whose time to sign has come. */
  readonly activate: SigningKeyRow | undefined;
  /** There is no key at all that could sign. */
  readonly mintActive: boolean;
  readonly mintNext: boolean;
}

export type KeyStatus = SigningKeyRow["status"];

export function findKey(rows: readonly SigningKeyRow[], status: KeyStatus): SigningKeyRow | undefined {
  return rows.find((row) => row.status === status);
}

/** `now` in milliseconds since the epoch. */
export function planKeyring(rows: readonly SigningKeyRow[], now: number): KeyPlan {
  const active = findKey(rows, "active");
  const next = findKey(rows, "next");
  const activate = next !== undefined && (active === undefined || activatesAt(next) <= now) ? next : undefined;
  return {
    withdraw: rows.filter((row) => row.status === "retired" && leavesAt(row) <= now),
    activate,
    mintActive: active === undefined && activate === undefined,
    mintNext: next === undefined || activate !== undefined,
  };
}

export function isIdle(plan: KeyPlan): boolean {
  return plan.withdraw.length === 0 && plan.activate === undefined && !plan.mintActive && !plan.mintNext;
}

/** When something is to be done next, in milliseconds since the epoch. */
export function nextDueAt(rows: readonly SigningKeyRow[]): number {
  const next = findKey(rows, "next");
  const leaving = rows.filter((row) => row.status === "retired").map(leavesAt);
  return Math.min(...leaving, next === undefined ? Number.POSITIVE_INFINITY : activatesAt(next));
}

/** A key made now signs when the active one's time is over, and never before verifiers know it. */
export function activationOf(now: number, policy: KeyPolicy): Date {
  return new Date(now + Math.max(policy.publishAhead, policy.rotationInterval));
}

/** The earliest time at which every verifier knows a published key. */
export function knownToVerifiersAt(row: SigningKeyRow, policy: KeyPolicy): number {
  return row.createdAt.getTime() + policy.publishAhead;
}

export function leavesAt(row: SigningKeyRow): number {
  return (row.retiredAt?.getTime() ?? Number.POSITIVE_INFINITY) + RETIRED_FOR_MS;
}

function activatesAt(row: SigningKeyRow): number {
  return row.activatesAt?.getTime() ?? Number.POSITIVE_INFINITY;
}
