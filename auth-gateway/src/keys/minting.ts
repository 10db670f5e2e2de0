/** Makes signing keys: ES256, named by their thumbprint (RFC 7638). */
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import type { KeyCipher } from "./cipher.ts";
import type { NewSigningKey, SigningKeyRow } from "./queries.ts";

/** The keys that a keyring lacks: exactly one signs, exactly one is published ahead of its use. */
export async function mintMissingKeys(
  existing: readonly Pick<SigningKeyRow, "status">[],
  cipher: KeyCipher,
  now: Date,
): Promise<NewSigningKey[]> {
  const missing = (["active", "next"] as const).filter((status) => existing.every((key) => key.status !== status));
  return Promise.all(missing.map((status) => mintKey(status, cipher, now)));
}

async function mintKey(status: "active" | "next", cipher: KeyCipher, now: Date): Promise<NewSigningKey> {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    status,
    publicJwk: { ...publicJwk },
    privateJwk: await cipher.encrypt(await exportJWK(pair.privateKey)),
    createdAt: now,
    activatedAt: status === "active" ? now : null,
  };
}
