/** Measures every request under its route's pattern. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "../app-env.ts";
import type { Metrics } from "./metrics.ts";

export function measureRequests(metrics: Pick<Metrics, "observeRequest">): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const seconds = (performance.now() - startedAt) / 1000;
    metrics.observeRequest({ method: c.req.method, route: routePath(c, -1), status: c.res.status, seconds });
  };
}
