/** Changes of the keyring, each one transaction under the minter's lock. */
import type { Database } from "../db/database.ts";
import type { KeyCipher } from "./cipher.ts";
import { mintKey } from "./minting.ts";
import { openSigningKey } from "./opening.ts";
import { findKey, knownToVerifiersAt, planKeyring } from "./plan.ts";
import type { KeyPolicy } from "./policy.ts";
import { changeKeyring, type KeyringChanges, type NewSigningKey, type SigningKeyRow } from "./queries.ts";

export interface KeyringTools {
  readonly db: Database;
  readonly cipher: KeyCipher;
  readonly policy: KeyPolicy;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type Update = KeyringChanges["updates"][number];

/** What became of the keyring; kids. */
export interface Rotation {
  readonly activated: string | undefined;
  readonly retired: string | undefined;
  readonly minted: readonly string[];
  readonly withdrawn: readonly string[];
  /** A next key whose time has come and that can't be opened here: one that nobody can sign with must not take over. */
  readonly blocked: string | undefined;
}

/** Does what is due. Whoever comes second finds nothing left to do. */
export function rotateKeyring(tools: KeyringTools): Promise<Rotation> {
  return changeKeyring(tools.db, (rows) => decideRotation(rows, tools));
}

async function decideRotation(rows: readonly SigningKeyRow[], tools: KeyringTools) {
  const { cipher, policy } = tools;
  const now = tools.now();
  const plan = planKeyring(rows, now);
  const usable = plan.activate !== undefined && (await canOpen(plan.activate, cipher));
  const activating = usable ? plan.activate : undefined;
  const retiring = activating === undefined ? undefined : findKey(rows, "active");
  const updates: Update[] = plan.withdraw.map(({ kid }) => ({ kid, set: withdrawal("expired", now) }));
  if (retiring !== undefined) updates.push({ kid: retiring.kid, set: retirement(now) });
  if (activating !== undefined) updates.push({ kid: activating.kid, set: activation(now) });
  const blocked = plan.activate === activating ? undefined : plan.activate?.kid;
  const missing = [
    ...(plan.mintActive ? (["active"] as const) : []),
    ...(plan.mintNext && blocked === undefined ? (["next"] as const) : []),
  ];
  const inserts = await Promise.all(missing.map((status) => mintKey(status, cipher, policy, now)));
  const result: Rotation = {
    activated: activating?.kid,
    retired: retiring?.kid,
    minted: inserts.map(({ kid }) => kid),
    withdrawn: plan.withdraw.map(({ kid }) => kid),
    blocked,
  };
  return { updates, inserts, result };
}

export interface ScheduledRotation {
  readonly kid: string;
  /** When it begins to sign; may be now, for a key that verifiers have long known. */
  readonly signsFrom: Date;
}

/** Brings the next key's activation forward, as far as verifiers allow; never puts it off. */
export function scheduleRotation(tools: KeyringTools): Promise<ScheduledRotation> {
  return changeKeyring(tools.db, async (rows) => {
    const next = findKey(rows, "next");
    if (next === undefined) throw new Error("there is no next key yet: start a gateway first");
    const earliest = Math.max(tools.now(), knownToVerifiersAt(next, tools.policy));
    const signsFrom = new Date(Math.min(earliest, next.activatesAt?.getTime() ?? earliest));
    const result = { kid: next.kid, signsFrom };
    return { updates: [{ kid: next.kid, set: { activatesAt: signsFrom } }], inserts: [], result };
  });
}

/**
 * Withdraws a key at once; an active one is followed by the next, or by a new one if the next can't be opened.
 * Gives undefined when no published key has this kid.
 */
export function revokeKey(kid: string, tools: KeyringTools): Promise<SigningKeyRow | undefined> {
  return changeKeyring<SigningKeyRow | undefined>(tools.db, async (rows) => {
    const revoked = rows.find((row) => row.kid === kid);
    if (revoked === undefined) return { updates: [], inserts: [], result: undefined };
    const now = tools.now();
    const mint = (status: "active" | "next") => mintKey(status, tools.cipher, tools.policy, now);
    const updates: Update[] = [{ kid, set: withdrawal("revoked", now) }];
    const inserts: NewSigningKey[] = [];
    if (revoked.status === "active") {
      const next = findKey(rows, "next");
      if (next !== undefined && (await canOpen(next, tools.cipher))) {
        updates.push({ kid: next.kid, set: activation(now) });
      } else {
        if (next !== undefined) updates.push({ kid: next.kid, set: withdrawal("revoked", now) });
        inserts.push(await mint("active"));
      }
    }
    if (revoked.status !== "retired") inserts.push(await mint("next"));
    return { updates, inserts, result: revoked };
  });
}

/** Puts private keys that lie under an older secret under the first one. Gives the kids. */
export function reencryptKeys({ db, cipher }: Pick<KeyringTools, "db" | "cipher">): Promise<string[]> {
  return changeKeyring(db, async (rows) => {
    const updates: Update[] = [];
    for (const { kid, privateJwk } of rows) {
      if (privateJwk === null || cipher.versionOf(privateJwk) === cipher.currentVersion) continue;
      updates.push({ kid, set: { privateJwk: await cipher.encrypt(await cipher.decrypt(privateJwk)) } });
    }
    return { updates, inserts: [], result: updates.map(({ kid }) => kid) };
  });
}

async function canOpen(row: SigningKeyRow, cipher: KeyCipher): Promise<boolean> {
  return openSigningKey(row, cipher).then(
    () => true,
    () => false,
  );
}

function activation(now: number): Partial<NewSigningKey> {
  return { status: "active", activatesAt: null, activatedAt: new Date(now) };
}

/** Its private half is of no more use to us, and of much to a thief. */
function retirement(now: number): Partial<NewSigningKey> {
  return { status: "retired", privateJwk: null, retiredAt: new Date(now) };
}

function withdrawal(reason: "expired" | "revoked", now: number): Partial<NewSigningKey> {
  return {
    status: "withdrawn",
    privateJwk: null,
    activatesAt: null,
    withdrawnAt: new Date(now),
    withdrawalReason: reason,
  };
}
