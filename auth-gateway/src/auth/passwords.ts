/** Password hashes: argon2id in PHC strings, and the scrypt ones that a stock Better Auth made. */
import { hash as argon2Hash, verify as argon2Verify, parseOptions } from "@node-rs/argon2";
import { verifyPassword as scryptVerify } from "better-auth/crypto";
import { noteOutdatedHash, noteProvedHash } from "../request-scope.ts";

/** The library's `Algorithm.Argon2id`: an ambient const enum, which single-file compilation can't read. */
const ARGON2ID = 2;

/**
 * OWASP's minimum settings for argon2id, which it calls equally strong: less memory, more passes. What is below all of
 * them is outdated. Ours is the one that fits a core's cache, and so the cheapest here.
 */
const EQUALLY_STRONG = [
  { memoryCost: 47_104, timeCost: 1 },
  { memoryCost: 19_456, timeCost: 2 },
  { memoryCost: 12_288, timeCost: 3 },
  { memoryCost: 9_216, timeCost: 4 },
  { memoryCost: 7_168, timeCost: 5 },
];
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 7_168, timeCost: 5, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return argon2Hash(password, PARAMETERS);
}

export async function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const right = await (isArgon2(hash) ? argon2Verify(hash, password) : scryptVerify({ hash, password }));
  if (right) noteProvedHash(hash);
  if (right && isOutdated(hash)) noteOutdatedHash(hash);
  return right;
}

const isArgon2 = (hash: string): boolean => hash.startsWith("$argon2");

/** Whether an attacker who has it is faster than with one that we would make now. */
export function isOutdated(hash: string): boolean {
  if (!isArgon2(hash)) return true;
  const { algorithm, memoryCost, timeCost } = parseOptions(hash);
  const isStrong = EQUALLY_STRONG.some((least) => memoryCost >= least.memoryCost && timeCost >= least.timeCost);
  return Number(algorithm) !== ARGON2ID || !isStrong;
}
