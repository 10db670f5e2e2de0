/** `GET /api/auth/token`: an access token for the session that asks. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { SessionReader } from "../auth/sessions.ts";
import { signInFirst } from "../errors.ts";
import type { Route } from "../routing.ts";
import type { AccessTokenIssuer } from "./access-token.ts";

export function tokenRoutes(sessions: SessionReader, issuer: AccessTokenIssuer): Route[] {
  const getToken = async (c: Context<AppEnv>): Promise<Response> => {
    const audience = issuer.requireAudience(c.req.queries("audience") ?? []);
    const session = await sessions.find(c);
    if (session === undefined) throw signInFirst();
    const { token, expiresAt } = issuer.issue({ ...session, audience });
    return c.json({ token, expiresAt: expiresAt.toISOString() });
  };
  return [{ method: "GET", path: "/api/auth/token", handler: getToken }];
}
