/** Secrets of machine clients: 256 random bits, shown once and stored as a hash. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** The prefix lets scanners of leaked secrets know it. */
export function makeSecret(): string {
  return `svcs_${randomBytes(32).toString("base64url")}`;
}

/** The provider plugin's own form. A slow hash would protect guessable secrets; these are not. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

export function matchesHash(secret: string, hash: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const expected = Buffer.from(hash);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
