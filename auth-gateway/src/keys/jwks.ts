/** The published key set (RFC 7517) as the bytes that are served. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { SigningKeyRow } from "./queries.ts";

export interface JwksDocument {
  readonly body: string;
  /** A strong entity tag (RFC 9110, 8.8.3), quotes included. */
  readonly etag: string;
}

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Only these members leave the house, whatever a row holds. */
const publicKey = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: coordinate, y: coordinate });

export function createJwksDocument(rows: readonly SigningKeyRow[]): JwksDocument {
  const keys = rows.map(({ kid, publicJwk }) => ({
    ...publicKey.parse(publicJwk),
    kid,
    use: "sig",
    alg: "ES256",
  }));
  const body = JSON.stringify({ keys });
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}
