/** Private keys taken out of their envelope, and matched with what is published under their kid. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { KeyCipher } from "./cipher.ts";
import type { SigningKeyRow } from "./queries.ts";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** @throws when no configured secret opens it, or when it would sign what nobody can verify. */
export async function openSigningKey(row: SigningKeyRow, cipher: KeyCipher): Promise<SigningKey> {
  if (row.privateJwk === null) throw new Error("the private key was erased");
  const privateKey = createPrivateKey({ key: { ...(await cipher.decrypt(row.privateJwk)) }, format: "jwk" });
  if (!createPublicKey(privateKey).equals(openPublicKey(row))) {
    throw new Error("the private key does not match the public key");
  }
  return { kid: row.kid, privateKey };
}

export function openPublicKey(row: SigningKeyRow): KeyObject {
  return createPublicKey({ key: { ...row.publicJwk }, format: "jwk" });
}
