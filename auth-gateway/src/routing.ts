/** Mounts route tables: a known path with another method is 405 with `Allow` (RFC 9110, 15.5.6). */
import type { Handler, Hono } from "hono";
import type { AppEnv } from "./app-env.ts";
import { AppError } from "./errors.ts";

export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly handler: Handler<AppEnv>;
}

export function mountRoutes(app: Hono<AppEnv>, routes: readonly Route[]): void {
  for (const { method, path, handler } of routes) app.on(method, path, handler);
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map((route) => route.method);
    app.all(path, (c) => {
      throw new AppError("method_not_allowed", `${c.req.method} is not allowed here.`, {
        headers: { allow: allowed.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ") },
      });
    });
  }
}
