/** `POST /api/auth/unlock`: the button behind the mailed link of a closed account. */
import type { Context } from "hono";
import { z } from "zod";
import type { AppEnv } from "../app-env.ts";
import { AppError } from "../errors.ts";
import type { Route } from "../routing.ts";
import type { Lockout } from "./lockout.ts";

const body = z.object({ token: z.string().min(1).max(200) });

export function lockoutRoutes(lockout: Lockout): Route[] {
  if (!lockout.mailsLink) return [];
  const unlock = async (c: Context<AppEnv>): Promise<Response> => {
    const parsed = body.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) throw new AppError("invalid_request", "Send the link's token as JSON.");
    const cookie = await lockout.unlock(parsed.data.token, c);
    return c.json({ status: true }, 200, { "set-cookie": cookie });
  };
  return [{ method: "POST", path: "/api/auth/unlock", handler: unlock }];
}
