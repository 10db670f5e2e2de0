/** Better Auth's endpoints, as far as they are offered. */
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { AppError, accountInDeletion, databaseUnavailable } from "../errors.ts";
import { internalError } from "../problem-details.ts";
import { currentDatabaseFault } from "../request-scope.ts";
import type { Route } from "../routing.ts";
import type { FreshnessRule } from "./freshness.ts";
import type { OfferedEndpoint } from "./offered.ts";
import { keepSessionTransport, requestFor, sessionTransportOf, type TransportSettings } from "./session-transport.ts";
import type { Settlements } from "./settling.ts";

export interface AuthHandler {
  handler(request: Request): Promise<Response>;
  readonly settlements: Settlements;
}

/** `requireFresh` makes what stands in front of the dangerous ones. */
export function authRoutes(
  auth: AuthHandler,
  offered: readonly OfferedEndpoint[],
  requireFresh: (rule: FreshnessRule) => MiddlewareHandler<AppEnv>,
  settings: TransportSettings,
): Route[] {
  const answer = (path: string) => async (c: Context<AppEnv>) => {
    const transport = sessionTransportOf(c.req.raw.headers);
    const ask = async () => {
      const response = await auth.handler(await requestFor(c, transport, settings));
      refuseFaultyAnswer(response);
      return response;
    };
    const response = await (auth.settlements[path]?.(ask) ?? ask());
    keepSessionTransport(response, transport, settings);
    return response;
  };
  const [fromEverybody, withSecondFactor] = [requireFresh("everybody"), requireFresh("with-second-factor")];
  return offered.map(({ method, path, fresh, freshWithSecondFactor }) => ({
    method,
    path: `/api/auth${path}`,
    handler: answer(path),
    ...(fresh ? { before: fromEverybody } : {}),
    ...(freshWithSecondFactor ? { before: withSecondFactor } : {}),
  }));
}

/** Better Auth's own body stays, so that its client works, except where the answer hides what went wrong. */
function refuseFaultyAnswer(response: Response): void {
  const fault = currentDatabaseFault();
  if (fault === "unavailable") throw databaseUnavailable();
  if (fault === "account_in_deletion" && !response.ok) throw accountInDeletion();
  if (fault === "invalid_data" && !response.ok) {
    throw new AppError("invalid_request", "A value of the request can't be stored.");
  }
  // Its router reads the path as it was sent, ours as it is decoded.
  if (response.status === 404 && response.body === null) throw new AppError("not_found", "Nothing is here.");
  if (response.status >= 500) throw internalError(new Error(`Better Auth answered ${response.status}`));
}
