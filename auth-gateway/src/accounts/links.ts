/** Mailed links: a random token in the fragment of a page, which no server log and no mail scanner's GET ever sees. */
import { createHash, randomBytes } from "node:crypto";
import type { PagePurpose } from "./models.ts";

export interface NewLink {
  readonly url: string;
  /** What the database keeps. */
  readonly hash: string;
}

export function newLink(gatewayUrl: string, purpose: PagePurpose): NewLink {
  const token = randomBytes(32).toString("base64url");
  return { url: `${gatewayUrl}/account/${purpose}#token=${token}`, hash: hashOf(token) };
}

export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
