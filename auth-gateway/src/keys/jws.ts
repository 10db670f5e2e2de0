/** Compact JWS (RFC 7515), signed and checked with ES256. */
import { type KeyObject, sign, verify } from "node:crypto";
import type { SigningKey } from "./opening.ts";

/**
 * Signed on the main thread: it takes some 30 µs there, while WebCrypto's way leads through the thread pool that password
 * hashes occupy for 10 ms each.
 */
export function signCompact(typ: string, claims: object, { kid, privateKey }: SigningKey): string {
  const input = `${encode({ typ, alg: "ES256", kid })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

/** An ES256 signature is two numbers of 32 bytes: 86 characters. */
const SHAPE = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;
const MAX_LENGTH = 4096;

export interface VerifiedJws {
  readonly header: unknown;
  readonly claims: unknown;
}

/** Gives undefined unless one of our keys signed exactly this text, spelled as we spell it. */
export function verifyCompact(token: string, keyOf: (kid: string) => KeyObject | undefined): VerifiedJws | undefined {
  const [, head, body, signature] = token.length > MAX_LENGTH ? [] : (SHAPE.exec(token) ?? []);
  if (head === undefined || body === undefined || signature === undefined) return undefined;
  const header = decode(head);
  const key = keyOf(kidOf(header));
  const bytes = Buffer.from(signature, "base64url");
  if (key === undefined || bytes.toString("base64url") !== signature) return undefined;
  if (!verify("sha256", Buffer.from(`${head}.${body}`), { key, dsaEncoding: "ieee-p1363" }, bytes)) return undefined;
  const claims = decode(body);
  return claims === undefined ? undefined : { header, claims };
}

function kidOf(header: unknown): string {
  if (typeof header !== "object" || header === null || !("kid" in header) || !("alg" in header)) return "";
  return header.alg === "ES256" && typeof header.kid === "string" ? header.kid : "";
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Whoever writes JSON in another way than `encode` (a member twice, say) is not us. */
function decode(part: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null && encode(value) === part ? value : undefined;
  } catch {
    return undefined;
  }
}
