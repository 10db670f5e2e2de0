/** Makes signing keys: ES256, named by their thumbprint (RFC 7638). */
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import type { KeyCipher } from "./cipher.ts";
import { activationOf } from "./plan.ts";
import type { KeyPolicy } from "./policy.ts";
import type { NewSigningKey } from "./queries.ts";

/** `now` in milliseconds since the epoch. */
export async function mintKey(
  status: "active" | "next",
  cipher: KeyCipher,
  policy: KeyPolicy,
  now: number,
): Promise<NewSigningKey> {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    status,
    publicJwk: { ...publicJwk },
    privateJwk: await cipher.encrypt(await exportJWK(pair.privateKey)),
    createdAt: new Date(now),
    ...(status === "active" ? { activatedAt: new Date(now) } : { activatesAt: activationOf(now, policy) }),
  };
}
