/** `GET /.well-known/revocations`: what verifiers that ask no database refuse. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { matchesEtag } from "../etag.ts";
import type { Route } from "../routing.ts";
import type { FeedDocument } from "./feed.ts";

export interface RevocationSource {
  document(): Promise<FeedDocument>;
}

export function revocationRoutes(feed: RevocationSource): Route[] {
  const getFeed = async (c: Context<AppEnv>): Promise<Response> => {
    const { body, etag } = await feed.document();
    // It may be kept, and must be asked for anew each time.
    const headers = { etag, "cache-control": "no-cache" };
    if (matchesEtag(c.req.header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
    return new Response(body, { headers: { ...headers, "content-type": "application/revocations+jwt" } });
  };
  return [{ method: "GET", path: "/.well-known/revocations", handler: getFeed }];
}
