/** Better Auth's endpoints, as far as they are offered. */
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { AppError, databaseUnavailable } from "../errors.ts";
import { internalError } from "../problem-details.ts";
import { currentDatabaseFault } from "../request-scope.ts";
import type { Route } from "../routing.ts";
import type { OfferedEndpoint } from "./offered.ts";
import { requestFor, sessionTransportOf, withSessionTransport } from "./session-transport.ts";

export interface AuthHandler {
  handler(request: Request): Promise<Response>;
}

/** `requireFresh` stands in front of the dangerous ones. */
export function authRoutes(
  auth: AuthHandler,
  offered: readonly OfferedEndpoint[],
  requireFresh: MiddlewareHandler<AppEnv>,
): Route[] {
  const handler = async (c: Context<AppEnv>): Promise<Response> => {
    const transport = sessionTransportOf(c.req.raw.headers);
    const response = await auth.handler(requestFor(c, transport));
    refuseFaultyAnswer(response);
    return withSessionTransport(response, transport);
  };
  return offered.map(({ method, path, fresh }) => ({
    method,
    path: `/api/auth${path}`,
    handler,
    ...(fresh ? { before: requireFresh } : {}),
  }));
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
