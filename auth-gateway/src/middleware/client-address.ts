/** Names the address of each request's client, for everything that asks. */
import { getConnInfo } from "@hono/node-server/conninfo";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { createAddressResolver } from "../client-address.ts";

/** Everything that asks where a request comes from reads `c.get("client")`. */
export function clientAddress(trustedProxies: readonly string[]): MiddlewareHandler<AppEnv> {
  const resolve = createAddressResolver(trustedProxies);
  return async (c, next) => {
    c.set("client", resolve(getConnInfo(c).remote.address, c.req.header("x-forwarded-for")));
    await next();
  };
}
