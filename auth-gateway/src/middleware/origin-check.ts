/** Cross-site request forgery: whoever sends a cookie to change something must be one of our frontends. */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { AppError } from "../errors.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Browsers send `Origin` with every unsafe request, so one without it is refused as well. */
export function originCheck(trustedOrigins: readonly string[]): MiddlewareHandler<AppEnv> {
  const trusted = new Set(trustedOrigins);
  return async (c, next) => {
    const sendsCookie = c.req.header("cookie") !== undefined;
    if (sendsCookie && !SAFE_METHODS.has(c.req.method) && !trusted.has(c.req.header("origin") ?? "")) {
      throw new AppError(
        "origin_not_allowed",
        "A request with a cookie must come from an origin that this gateway trusts. Is it listed in FRONTEND_ORIGINS?",
      );
    }
    await next();
  };
}
