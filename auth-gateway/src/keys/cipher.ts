/** Private keys at rest: compact JWE (RFC 7516) under the versioned AUTH_SECRETS. */
import { hkdfSync } from "node:crypto";
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, type JWK } from "jose";
import type { AuthSecret } from "../config-values.ts";

const PURPOSE = "auth-gateway signing key encryption";

export interface KeyCipher {
  encrypt(privateJwk: JWK): Promise<string>;
  /** @throws when its secret is not among ours, or it was altered. */
  decrypt(jwe: string): Promise<JWK>;
  /** The version of the secret that a JWE is encrypted under. */
  versionOf(jwe: string): string;
  readonly currentVersion: string;
}

/** The first secret encrypts; the JWE's `kid` names the version that decrypts. */
export function createKeyCipher(secrets: readonly AuthSecret[]): KeyCipher {
  const keys = new Map(secrets.map(({ version, value }) => [String(version), deriveKey(value)]));
  const keyOf = (version: string | undefined): Uint8Array => {
    const key = keys.get(version ?? "");
    if (key === undefined) throw new Error(`no secret of version ${version ?? "(none)"} is configured`);
    return key;
  };
  const currentVersion = String(secrets[0]?.version ?? "");
  return {
    encrypt: (privateJwk) =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify(privateJwk)))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: currentVersion })
        .encrypt(keyOf(currentVersion)),
    async decrypt(jwe) {
      const { plaintext } = await compactDecrypt(jwe, ({ kid }) => keyOf(kid), {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
      });
      return JSON.parse(new TextDecoder().decode(plaintext));
    },
    versionOf: (jwe) => decodeProtectedHeader(jwe).kid ?? "",
    currentVersion,
  };
}

function deriveKey(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", Buffer.from(secret, "base64url"), "", PURPOSE, 32));
}
