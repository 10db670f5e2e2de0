/** The HTTP application: order of the middleware, mounted routes, and the one place where errors become answers. */
import { Hono } from "hono";
import { lockoutRoutes } from "./abuse/routes.ts";
import type { AbuseProtection } from "./abuse/service.ts";
import type { PageAssets } from "./accounts/pages.ts";
import { accountPageRoutes } from "./accounts/routes.ts";
import type { AppEnv } from "./app-env.ts";
import { auditRequests, noteRequestBody } from "./audit/middleware.ts";
import type { AuditRecorder } from "./audit/models.ts";
import { auditRoutes } from "./audit/routes.ts";
import type { OwnEventReader } from "./audit/service.ts";
import { requireFreshSession } from "./auth/freshness.ts";
import { offeredEndpoints } from "./auth/offered.ts";
import { type AuthHandler, authRoutes } from "./auth/routes.ts";
import type { SessionReader } from "./auth/sessions.ts";
import type { ClientGrant } from "./clients/grant.ts";
import { OAuthError, oauthErrorResponse } from "./clients/oauth-error.ts";
import { clientRoutes } from "./clients/routes.ts";
import type { ClientDirectory } from "./clients/service.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { databaseFaultOf } from "./db/faults.ts";
import type { Erasures } from "./erasure/opening.ts";
import { erasureRoutes } from "./erasure/routes.ts";
import { AppError, accountInDeletion, databaseUnavailable } from "./errors.ts";
import { healthRoutes } from "./health/routes.ts";
import type { HealthChecks } from "./health/service.ts";
import { keyRoutes, type PublishedKeys } from "./keys/routes.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { measureRequests } from "./metrics/middleware.ts";
import { clientAddress } from "./middleware/client-address.ts";
import { corsFor } from "./middleware/cors.ts";
import { limitBody, limitTime } from "./middleware/limits.ts";
import { acceptOlderSecrets } from "./middleware/older-secrets.ts";
import { originCheck } from "./middleware/origin-check.ts";
import { requestContext } from "./middleware/request-context.ts";
import { noStoreByDefault, securityHeaders } from "./middleware/response-headers.ts";
import type { DescribedAuth } from "./openapi/document.ts";
import { openApiRoutes } from "./openapi/routes.ts";
import { internalError, problemResponse } from "./problem-details.ts";
import { currentDatabaseFault } from "./request-scope.ts";
import { type RevocationSource, revocationRoutes } from "./revocation/routes.ts";
import { mountRoutes } from "./routing.ts";
import type { AccessTokenIssuer } from "./tokens/access-token.ts";
import type { TokenInspector } from "./tokens/introspection.ts";
import { oauthRoutes } from "./tokens/oauth-routes.ts";
import { tokenRoutes } from "./tokens/routes.ts";
import { traceRequests } from "./tracing/middleware.ts";
import type { Tracer } from "./tracing/tracer.ts";
import { asksForPage, servePage, webRoutes } from "./web/routes.ts";
import type { WebClient } from "./web/service.ts";

export interface AppDependencies {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly auth: AuthHandler;
  readonly sessions: SessionReader;
  readonly keyring: PublishedKeys;
  readonly tokens: AccessTokenIssuer;
  readonly clients: ClientDirectory;
  readonly clientGrant: ClientGrant;
  readonly inspector: TokenInspector;
  readonly revocations: RevocationSource;
  readonly health: HealthChecks;
  readonly abuse: AbuseProtection;
  readonly pages: PageAssets;
  readonly erasures: Pick<Erasures, "deletions" | "exporter">;
  readonly audit: AuditRecorder;
  readonly metrics: Metrics | undefined;
  readonly tracer: Pick<Tracer, "begin">;
  readonly ownEvents: OwnEventReader;
  readonly describeAuth: () => Promise<DescribedAuth>;
  readonly web: WebClient;
}

/** Longer than a query may take, shorter than a proxy usually waits. */
const REQUEST_TIMEOUT_MS = 20_000;

/** Does no input or output. */
export function createApp(dependencies: AppDependencies): Hono<AppEnv> {
  const { config, logger } = dependencies;
  const app = new Hono<AppEnv>();
  app.use(requestContext(logger));
  app.use(traceRequests(dependencies.tracer));
  app.use(clientAddress(config.trustedProxies));
  if (dependencies.metrics !== undefined) app.use(measureRequests(dependencies.metrics));
  app.use(auditRequests(dependencies.audit));
  app.use(securityHeaders(config.cookies.secure));
  app.use(noStoreByDefault());
  app.use(corsFor(config.frontendOrigins));
  app.use(originCheck(config.trustedOrigins));
  app.use(acceptOlderSecrets(config.authSecrets, config.cookies.prefix));
  app.use(limitTime(REQUEST_TIMEOUT_MS));
  app.use(limitBody());
  app.use(noteRequestBody());
  const routes = [
    ...healthRoutes(dependencies.health),
    ...keyRoutes(dependencies.keyring),
    ...tokenRoutes(dependencies.sessions, dependencies.tokens),
    ...clientRoutes(dependencies.clientGrant, dependencies.clients),
    ...oauthRoutes(config.gatewayUrl, dependencies.inspector, dependencies.clients),
    ...revocationRoutes(dependencies.revocations),
    ...auditRoutes(dependencies.sessions, dependencies.ownEvents),
    ...accountPageRoutes(dependencies.pages),
    ...erasureRoutes({ ...dependencies.erasures, sessions: dependencies.sessions, audit: dependencies.audit }),
    ...authRoutes(
      dependencies.auth,
      offeredEndpoints(config),
      (rule) => requireFreshSession(dependencies.sessions, dependencies.clock, rule),
      { gatewayUrl: config.gatewayUrl, cookiePrefix: config.cookies.prefix },
    ),
    ...lockoutRoutes(dependencies.abuse.lockout),
    ...webRoutes(dependencies.web),
  ];
  const reference = openApiRoutes(config.gatewayUrl, routes, dependencies.describeAuth);
  mountRoutes(app, dependencies.abuse.guard.protect([...routes, ...reference]));
  app.notFound((c) =>
    asksForPage(c)
      ? servePage(c, dependencies.web, 404)
      : problemResponse(c, new AppError("not_found", "Nothing is here.")),
  );
  app.onError((error, c) => {
    if (c.req.path.startsWith("/oauth2/")) {
      return oauthErrorResponse(error instanceof OAuthError ? error : toAppError(error));
    }
    return problemResponse(c, toAppError(error));
  });
  return app;
}

function toAppError(error: Error): AppError {
  if (error instanceof AppError) return error;
  const fault = currentDatabaseFault() ?? databaseFaultOf(error);
  if (fault === "unavailable") return databaseUnavailable(error);
  if (fault === "account_in_deletion") return accountInDeletion(error);
  if (fault === "invalid_data") {
    return new AppError("invalid_request", "A value of the request can't be stored.", { cause: error });
  }
  return internalError(error);
}
