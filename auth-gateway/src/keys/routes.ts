/** The key set that verifiers of access tokens read. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { matchesEtag } from "../etag.ts";
import type { Route } from "../routing.ts";
import type { JwksDocument } from "./jwks.ts";
import { JWKS_MAX_AGE } from "./policy.ts";

export interface PublishedKeys {
  jwks(): JwksDocument;
}

/** A key is published for longer than that before it signs. */
const CACHE_CONTROL = `public, max-age=${JWKS_MAX_AGE}`;

export function keyRoutes(keyring: PublishedKeys): Route[] {
  const getJwks = (c: Context<AppEnv>): Response => {
    const { body, etag } = keyring.jwks();
    const headers = { etag, "cache-control": CACHE_CONTROL };
    if (matchesEtag(c.req.header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
    return new Response(body, { headers: { ...headers, "content-type": "application/json" } });
  };
  return [{ method: "GET", path: "/.well-known/jwks.json", handler: getJwks }];
}
