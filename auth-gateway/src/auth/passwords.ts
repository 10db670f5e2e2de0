/** Password hashes: argon2id in PHC strings, and the scrypt ones that a stock Better Auth made. */
import { hash as argon2Hash, verify as argon2Verify } from "@node-rs/argon2";
import { verifyPassword as scryptVerify } from "better-auth/crypto";

/** The library's `Algorithm.Argon2id`: an ambient const enum, which single-file compilation can't read. */
const ARGON2ID = 2;

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return argon2Hash(password, PARAMETERS);
}

export function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  return hash.startsWith("$argon2") ? argon2Verify(hash, password) : scryptVerify({ hash, password });
}
