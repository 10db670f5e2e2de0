/** Names for whom a counter counts that tell nothing about them: hashes under a key that changes every day. */
import { createHmac, hkdfSync } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { AuthSecret } from "../config-values.ts";

const PURPOSE = "auth-gateway attempt counters";
const DAY_MS = 86_400_000;
const HASH_BYTES = 16;

/** What of a subject is hashed: the kind keeps an address from meeting an account of the same name. */
export type SubjectKind = "account" | "address" | "browser" | "client" | "reset" | "user";

export type HashSubject = (kind: SubjectKind, value: string) => string;

/** Counts begin anew at midnight UTC, when the key changes. */
export function createSubjectHash([current]: readonly AuthSecret[], clock: Clock): HashSubject {
  const secret = Buffer.from(current?.value ?? "", "base64url");
  let day = Number.NaN;
  let key = new Uint8Array();
  return (kind, value) => {
    const today = Math.floor(clock.now() / DAY_MS);
    if (today !== day) {
      day = today;
      key = new Uint8Array(hkdfSync("sha256", secret, "", `${PURPOSE} of day ${day}`, 32));
    }
    const hash = createHmac("sha256", key).update(`${kind}\0${value}`).digest();
    return hash.subarray(0, HASH_BYTES).toString("base64url");
  };
}
