/** Gives each request an id, the scope that code below it notes things in, and its one log line. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { v7 as uuidv7 } from "uuid";
import type { AppEnv } from "../app-env.ts";
import { AppError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { runInRequestScope } from "../request-scope.ts";

const CLIENT_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export function requestContext(logger: Logger): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    const requestId = acceptRequestId(c.req.header("x-request-id"));
    c.set("requestId", requestId);
    return runInRequestScope(requestId, async (scope) => {
      const startedAt = performance.now();
      await next();
      c.header("x-request-id", requestId);
      const { status } = c.res;
      logger[levelFor(status)](
        {
          method: c.req.method,
          route: routePath(c, -1),
          status,
          ms: Math.round((performance.now() - startedAt) * 10) / 10,
          ...(scope.traceId === undefined ? {} : { traceId: scope.traceId }),
          ...(scope.principalId === undefined ? {} : { principalId: scope.principalId }),
          ...(status >= 500 && c.error !== undefined ? { err: rootOf(c.error) } : {}),
        },
        "request",
      );
    });
  };
}

function acceptRequestId(given: string | undefined): string {
  return given !== undefined && CLIENT_REQUEST_ID.test(given) ? given : uuidv7();
}

function levelFor(status: number): "info" | "warn" | "error" {
  if (status === 503) return "warn";
  return status >= 500 ? "error" : "info";
}

function rootOf(error: Error): unknown {
  return error instanceof AppError ? (error.cause ?? error) : error;
}
