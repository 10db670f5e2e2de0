/** `/livez`: the process answers. `/readyz`: it can do its work; each check is named. */
import { SCHEMA_VERSION } from "@auth-gateway/shared-schema";
import type { Route } from "../routing.ts";
import type { HealthChecks } from "./service.ts";

export function healthRoutes(health: HealthChecks): Route[] {
  return [
    { method: "GET", path: "/livez", handler: (c) => c.json({ status: "ok" }) },
    {
      method: "GET",
      path: "/readyz",
      handler: async (c) => {
        const { ready, checks } = await health.readiness();
        const body = { status: ready ? "ok" : "unavailable", schemaVersion: SCHEMA_VERSION, checks };
        return c.json(body, ready ? 200 : 503);
      },
    },
  ];
}
