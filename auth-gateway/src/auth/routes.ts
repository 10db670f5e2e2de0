/** Better Auth's endpoints that this gateway offers; a new version's others stay unreachable until they are listed. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { AppError, databaseUnavailable } from "../errors.ts";
import { internalError } from "../problem-details.ts";
import { currentDatabaseFault } from "../request-scope.ts";
import type { Route } from "../routing.ts";
import { requestFor, sessionTransportOf, withSessionTransport } from "./session-transport.ts";

export const OFFERED_ENDPOINTS: readonly Pick<Route, "method" | "path">[] = [
  { method: "POST", path: "/sign-up/email" },
  { method: "POST", path: "/sign-in/email" },
  { method: "POST", path: "/sign-out" },
  { method: "GET", path: "/get-session" },
  { method: "GET", path: "/list-sessions" },
  { method: "POST", path: "/revoke-session" },
  { method: "POST", path: "/revoke-sessions" },
  { method: "POST", path: "/revoke-other-sessions" },
  { method: "POST", path: "/update-user" },
];

export interface AuthHandler {
  handler(request: Request): Promise<Response>;
}

export function authRoutes(auth: AuthHandler): Route[] {
  const handler = async (c: Context<AppEnv>): Promise<Response> => {
    const transport = sessionTransportOf(c.req.raw.headers);
    const response = await auth.handler(requestFor(c, transport));
    refuseFaultyAnswer(response);
    return withSessionTransport(response, transport);
  };
  return OFFERED_ENDPOINTS.map(({ method, path }) => ({ method, path: `/api/auth${path}`, handler }));
}

/** Better Auth's own body stays, so that its client works, except where the answer hides what went wrong. */
function refuseFaultyAnswer(response: Response): void {
  const fault = currentDatabaseFault();
  if (fault === "unavailable") throw databaseUnavailable();
  if (fault === "invalid_data" && !response.ok) {
    throw new AppError("invalid_request", "A value of the request can't be stored.");
  }
  // Its router reads the path as it was sent, ours as it is decoded.
  if (response.status === 404 && response.body === null) throw new AppError("not_found", "Nothing is here.");
  if (response.status >= 500) throw internalError(new Error(`Better Auth answered ${response.status}`));
}
