/** `GET /api/account/events`: what happened to one's own account. */
import type { Context } from "hono";
import { z } from "zod";
import type { AppEnv } from "../app-env.ts";
import type { SessionReader } from "../auth/sessions.ts";
import { AppError, signInFirst } from "../errors.ts";
import type { Route } from "../routing.ts";
import type { OwnEventReader } from "./service.ts";

const query = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
});

export function auditRoutes(sessions: SessionReader, events: OwnEventReader): Route[] {
  const listOwnEvents = async (c: Context<AppEnv>): Promise<Response> => {
    const page = query.safeParse(c.req.query());
    if (!page.success) throw new AppError("invalid_request", "limit must be a number between 1 and 100.");
    const session = await sessions.find(c);
    if (session === undefined) throw signInFirst();
    return c.json(await events.list(session, page.data));
  };
  return [{ method: "GET", path: "/api/account/events", handler: listOwnEvents }];
}
