/** Makes each request a span of its caller's trace. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "../app-env.ts";
import { noteTrace } from "../request-scope.ts";
import type { Tracer } from "./tracer.ts";

export function traceRequests(tracer: Pick<Tracer, "begin">): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const span = tracer.begin(c.req.header("traceparent"));
    if (span.traceId !== undefined) noteTrace(span.traceId);
    await next();
    span.end({ method: c.req.method, route: routePath(c, -1), status: c.res.status });
  };
}
