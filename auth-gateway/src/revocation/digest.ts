/** How the feed names what it revokes: readable for who holds the token, meaningless for who does not. */
import { createHash } from "node:crypto";

/** The first 16 bytes of the SHA-256, base64url; auth.note_revocation() computes the same. */
export function digestOf(value: string): string {
  return createHash("sha256").update(value).digest().subarray(0, 16).toString("base64url");
}
