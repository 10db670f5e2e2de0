/** The HTTP application: order of the middleware, mounted routes, and the one place where errors become answers. */
import { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";
import { type AuthHandler, authRoutes } from "./auth/routes.ts";
import type { SessionReader } from "./auth/sessions.ts";
import type { Config } from "./config.ts";
import { databaseFaultOf } from "./db/faults.ts";
import { AppError, databaseUnavailable } from "./errors.ts";
import { healthRoutes } from "./health/routes.ts";
import type { HealthChecks } from "./health/service.ts";
import { keyRoutes, type PublishedKeys } from "./keys/routes.ts";
import type { Logger } from "./logger.ts";
import { corsFor } from "./middleware/cors.ts";
import { limitBody, limitTime } from "./middleware/limits.ts";
import { originCheck } from "./middleware/origin-check.ts";
import { requestContext } from "./middleware/request-context.ts";
import { noStoreByDefault, securityHeaders } from "./middleware/response-headers.ts";
import { internalError, problemResponse } from "./problem-details.ts";
import { currentDatabaseFault } from "./request-scope.ts";
import { mountRoutes } from "./routing.ts";
import type { AccessTokenIssuer } from "./tokens/access-token.ts";
import { tokenRoutes } from "./tokens/routes.ts";

export interface AppDependencies {
  readonly config: Config;
  readonly logger: Logger;
  readonly auth: AuthHandler;
  readonly sessions: SessionReader;
  readonly keyring: PublishedKeys;
  readonly tokens: AccessTokenIssuer;
  readonly health: HealthChecks;
}

/** Longer than a query may take, shorter than a proxy usually waits. */
const REQUEST_TIMEOUT_MS = 20_000;

/** Does no input or output. */
export function createApp(dependencies: AppDependencies): Hono<AppEnv> {
  const { config, logger } = dependencies;
  const app = new Hono<AppEnv>();
  app.use(requestContext(logger));
  app.use(securityHeaders(config.cookies.secure));
  app.use(noStoreByDefault());
  app.use(corsFor(config.frontendOrigins));
  app.use(originCheck(config.trustedOrigins));
  app.use(limitTime(REQUEST_TIMEOUT_MS));
  app.use(limitBody());
  mountRoutes(app, [
    ...healthRoutes(dependencies.health),
    ...keyRoutes(dependencies.keyring),
    ...tokenRoutes(dependencies.sessions, dependencies.tokens),
    ...authRoutes(dependencies.auth),
  ]);
  app.notFound((c) => problemResponse(c, new AppError("not_found", "Nothing is here.")));
  app.onError((error, c) => problemResponse(c, toAppError(error)));
  return app;
}

function toAppError(error: Error): AppError {
  if (error instanceof AppError) return error;
  const fault = currentDatabaseFault() ?? databaseFaultOf(error);
  if (fault === "unavailable") return databaseUnavailable(error);
  if (fault === "invalid_data") {
    return new AppError("invalid_request", "A value of the request can't be stored.", { cause: error });
  }
  return internalError(error);
}
