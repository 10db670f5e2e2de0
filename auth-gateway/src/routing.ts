/** Mounts route tables: a known path with another method is 405 with `Allow` (RFC 9110, 15.5.6). */
import type { Handler, Hono, MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";
import { AppError } from "./errors.ts";

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly handler: Handler<AppEnv>;
  /** Runs first, and may refuse. */
  readonly before?: MiddlewareHandler<AppEnv>;
}

export function mountRoutes(app: Hono<AppEnv>, routes: readonly Route[]): void {
  for (const { method, path, handler, before } of routes) {
    if (before === undefined) app.on(method, path, handler);
    else app.on(method, path, before, handler);
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map((route) => route.method);
    app.all(path, (c) => {
      throw new AppError("method_not_allowed", `${c.req.method} is not allowed here.`, {
        headers: { allow: allowed.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ") },
      });
    });
  }
}
