/** Cross-site request forgery: a page that changes something must be one of our frontends'. */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { AppError } from "../errors.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Browsers send `Origin` with every unsafe request, so a cookie without one is refused. A foreign one is refused without
 * a cookie, too: another site's form comes without a Lax cookie, and the answer to a sign-out would still delete it.
 */
export function originCheck(trustedOrigins: readonly string[]): MiddlewareHandler<AppEnv> {
  const trusted = new Set(trustedOrigins);
  return async (c, next) => {
    const origin = c.req.header("origin");
    const isForeign = origin === undefined ? c.req.header("cookie") !== undefined : !trusted.has(origin);
    if (isForeign && !SAFE_METHODS.has(c.req.method)) {
      throw new AppError(
        "origin_not_allowed",
        "A request from a browser must come from an origin that this gateway trusts. Is it listed in FRONTEND_ORIGINS?",
      );
    }
    await next();
  };
}
