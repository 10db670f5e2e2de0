/** The key set that verifiers of access tokens read. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { Route } from "../routing.ts";
import type { JwksDocument } from "./jwks.ts";

export interface PublishedKeys {
  jwks(): JwksDocument;
}

/** Verifiers may keep the set for five minutes; a key is published for longer than that before it signs. */
const CACHE_CONTROL = "public, max-age=300";

export function keyRoutes(keyring: PublishedKeys): Route[] {
  const getJwks = (c: Context<AppEnv>): Response => {
    const { body, etag } = keyring.jwks();
    const headers = { etag, "cache-control": CACHE_CONTROL };
    if (matchesEtag(c.req.header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
    return new Response(body, { headers: { ...headers, "content-type": "application/json" } });
  };
  return [{ method: "GET", path: "/.well-known/jwks.json", handler: getJwks }];
}

/** If-None-Match compares weakly and may list several tags (RFC 9110, 13.1.2). */
function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((part) => {
    const tag = part.trim().replace(/^W\//, "");
    return tag === "*" || tag === etag;
  });
}
