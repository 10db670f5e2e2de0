/** Headers that every answer carries: nothing is cached unless it says so, and browsers do nothing clever with it. */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../app-env.ts";

const NOTHING_LOADS = "default-src 'none'; frame-ancestors 'none'";

/** The few pages that load something say so themselves, in a policy of their own. */
export function securityHeaders(servedOverHttps: boolean): MiddlewareHandler<AppEnv> {
  const others = secureHeaders({
    xFrameOptions: "DENY",
    strictTransportSecurity: servedOverHttps ? "max-age=31536000; includeSubDomains" : false,
  });
  return async (c, next) => {
    await others(c, next);
    if (!c.res.headers.has("content-security-policy")) c.header("content-security-policy", NOTHING_LOADS);
  };
}

export function noStoreByDefault(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
  };
}
