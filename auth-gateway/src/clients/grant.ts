/**
 * The client credentials grant (RFC 6749, 4.4) by `@better-auth/oauth-provider`, in an instance of its own: among the plugins
 * of the users' instance its hooks would run at every sign-in and sign-out, and could start an authorization (docs/adr/0009).
 */

import * as schema from "@auth-gateway/shared-schema/auth";
import { oauthClient, oauthClientResource, oauthResource } from "@auth-gateway/shared-schema/clients";
import { drizzleAdapter } from "@better-auth/drizzle-adapter";
import { oauthProvider } from "@better-auth/oauth-provider";
import type { BetterAuthPlugin } from "better-auth";
import { betterAuth } from "better-auth/minimal";
import { jwt } from "better-auth/plugins/jwt";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { observeFaults } from "../auth/observed-adapter.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import { databaseUnavailable } from "../errors.ts";
import { type Logger, logForeign } from "../logger.ts";
import { internalError } from "../problem-details.ts";
import { currentDatabaseFault } from "../request-scope.ts";
import type { AccessTokenIssuer } from "../tokens/access-token.ts";
import { ACCESS_TOKEN_LIFETIME } from "../tokens/lifetime.ts";
import { toAudience, toResource } from "./models.ts";
import { invalidClient, OAuthError } from "./oauth-error.ts";
import type { ClientCredentials } from "./service.ts";

export interface GrantRequest {
  readonly credentials: ClientCredentials;
  readonly scope: string | undefined;
  readonly audience: string;
}

export interface GrantAnswer {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly scope: string;
}

export interface ClientGrant {
  /** @throws {OAuthError} */
  grant(request: GrantRequest): Promise<GrantAnswer>;
}

const BASE_PATH = "/oauth2-provider";

/** What the provider puts into a token; of this only three members get into ours. */
const providerClaims = z.object({ client_id: z.string(), aud: z.string(), scope: z.string() });
const answer = z.object({ access_token: z.string(), expires_in: z.number(), scope: z.string() });
const refusal = z.object({
  error: z.enum(["invalid_request", "invalid_client", "unauthorized_client", "invalid_scope", "invalid_target"]),
});

export function createClientGrant(
  config: Config,
  db: Database,
  issuer: AccessTokenIssuer,
  logger: Logger,
): ClientGrant {
  const url = `${config.gatewayUrl}${BASE_PATH}/oauth2/token`;
  const provider = createProvider(config, db, issuer, logger);
  return {
    async grant({ credentials, scope, audience }) {
      const body = new URLSearchParams({ grant_type: "client_credentials", resource: toResource(audience) });
      if (scope !== undefined) body.set("scope", scope);
      const headers = { authorization: toBasic(credentials) };
      const response = await provider.handler(new Request(url, { method: "POST", headers, body }));
      if (currentDatabaseFault() === "unavailable") throw databaseUnavailable();
      const text = await response.text();
      if (!response.ok) throw refusalOf(response.status, text);
      return { ...answer.parse(JSON.parse(text)), token_type: "Bearer" };
    },
  };
}

function createProvider(config: Config, db: Database, issuer: AccessTokenIssuer, logger: Logger) {
  const { user, session, account, verification } = schema;
  const tables = { user, session, account, verification, oauthClient, oauthResource, oauthClientResource };
  return betterAuth({
    ...createProviderOptions(config, issuer),
    database: observeFaults(drizzleAdapter(db, { provider: "pg", schema: tables })),
    logger: { level: "error", log: (level, message, ...args) => logForeign(logger, level, [message, ...args]) },
  });
}

/** The drift test derives from it what the three tables must look like. */
export function createProviderOptions(config: Config, issuer: AccessTokenIssuer) {
  return {
    baseURL: config.gatewayUrl,
    basePath: BASE_PATH,
    secrets: config.authSecrets.map(({ version, value }) => ({ version, value })),
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // The plugin also expects tables for grants that are off: five that would never hold a row.
    advanced: { database: { generateId: () => uuidv7(), validateSchema: false } },
    plugins: [
      jwt({
        disableSettingJwtHeader: true,
        jwks: { remoteUrl: `${config.gatewayUrl}/.well-known/jwks.json`, keyPairConfig: { alg: "ES256" } },
        jwt: {
          sign: async (payload) => {
            const { client_id: clientId, aud, scope } = providerClaims.parse(payload);
            return issuer.issueForClient({ clientId, audience: toAudience(aud), scope }).token;
          },
        },
      }),
      oauthProvider({
        loginPage: "/none",
        consentPage: "/none",
        grantTypes: ["client_credentials"],
        scopes: [],
        m2mAccessTokenExpiresIn: ACCESS_TOKEN_LIFETIME,
        enforcePerClientResources: true,
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
        // Its own types don't fit under exactOptionalPropertyTypes.
      }) as BetterAuthPlugin,
    ],
  };
}

/** RFC 6749, 2.3.1: form-encoded before they are joined. */
function toBasic({ clientId, secret }: ClientCredentials): string {
  const pair = [clientId, secret].map((part) => encodeURIComponent(part)).join(":");
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

/** Our own words: the provider's name its internals. */
const EXPLANATIONS = {
  invalid_request: "The request is malformed.",
  unauthorized_client: "This client may not ask for tokens.",
  invalid_scope: "The client was not given all of these scopes.",
  invalid_target: "The client may not ask for tokens for this service: name one of its own with resource=…",
} as const;

function refusalOf(status: number, text: string): Error {
  const error = status >= 500 ? undefined : refusal.safeParse(parseJson(text)).data?.error;
  if (error === undefined) return internalError(new Error(`the OAuth provider answered ${status}`));
  return error === "invalid_client" ? invalidClient() : new OAuthError(error, EXPLANATIONS[error]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
