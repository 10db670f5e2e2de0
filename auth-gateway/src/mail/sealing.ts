/** Waiting mails at rest: AES-256-GCM under the versioned AUTH_SECRETS, since a mailed link is as good as a password. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { AuthSecret } from "../config-values.ts";

const PURPOSE = "auth-gateway mail outbox encryption";
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;

export interface Sealer {
  /** What is sealed for one context opens in no other. */
  seal(text: string, context: string): string;
  /** @throws when its secret is not among ours, or it was altered or moved. */
  open(sealed: string, context: string): string;
}

/** The first secret seals, the others still open. */
export function createSealer(secrets: readonly AuthSecret[]): Sealer {
  const keys = new Map(secrets.map(({ version, value }) => [String(version), deriveKey(value)]));
  const keyOf = (version: string): Buffer => {
    const key = keys.get(version);
    if (key === undefined) throw new Error(`no secret of version ${version} is configured`);
    return key;
  };
  return {
    seal(text, context) {
      const version = String(secrets[0]?.version);
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, keyOf(version), iv).setAAD(Buffer.from(context));
      const encrypted = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [version, ...[iv, cipher.getAuthTag(), encrypted].map((part) => part.toString("base64url"))].join(".");
    },
    open(sealed, context) {
      const [version = "", ...parts] = sealed.split(".");
      const [iv = Buffer.alloc(0), tag = Buffer.alloc(0), encrypted = Buffer.alloc(0)] = parts.map((part) =>
        Buffer.from(part, "base64url"),
      );
      const decipher = createDecipheriv(CIPHER, keyOf(version), iv, { authTagLength: 16 });
      decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString("utf8");
    },
  };
}

function deriveKey(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", Buffer.from(secret, "base64url"), "", PURPOSE, 32));
}
