/** Tables of the schema `auth` for machine clients, as `@better-auth/oauth-provider` reads them. */
import { boolean, index, integer, jsonb, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { authSchema, user } from "./auth.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** A service that gets tokens for itself (RFC 6749, 4.4). Most columns are the plugin's and stay empty here. */
export const oauthClient = authSchema.table(
  "oauth_client",
  {
    id: uuid("id").primaryKey(),
    clientId: text("client_id").notNull(),
    /** SHA-256 of the secret, base64url. */
    clientSecret: text("client_secret"),
    clientDiscoveryId: text("client_discovery_id"),
    disabled: boolean("disabled").default(false),
    skipConsent: boolean("skip_consent"),
    enableEndSession: boolean("enable_end_session"),
    subjectType: text("subject_type"),
    scopes: text("scopes").array(),
    clientCredentialsScopes: text("client_credentials_scopes").array(),
    userId: uuid("user_id").references(() => user.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").defaultNow(),
    updatedAt: instant("updated_at").defaultNow(),
    name: text("name"),
    uri: text("uri"),
    icon: text("icon"),
    contacts: text("contacts").array(),
    tos: text("tos"),
    policy: text("policy"),
    softwareId: text("software_id"),
    softwareVersion: text("software_version"),
    softwareStatement: text("software_statement"),
    redirectUris: text("redirect_uris").array().notNull(),
    postLogoutRedirectUris: text("post_logout_redirect_uris").array(),
    backchannelLogoutUri: text("backchannel_logout_uri"),
    backchannelLogoutSessionRequired: boolean("backchannel_logout_session_required"),
    tokenEndpointAuthMethod: text("token_endpoint_auth_method"),
    applicationType: text("application_type"),
    jwks: text("jwks"),
    jwksUri: text("jwks_uri"),
    grantTypes: text("grant_types").array(),
    responseTypes: text("response_types").array(),
    requirePKCE: boolean("require_pkce"),
    dpopBoundAccessTokens: boolean("dpop_bound_access_tokens").default(false),
    referenceId: text("reference_id"),
    metadata: jsonb("metadata"),
  },
  (table) => [
    unique("oauth_client_client_id_key").on(table.clientId),
    index("oauth_client_user_id_idx").on(table.userId),
  ],
);

/** A service that tokens can be for; `identifier` is its audience as a URI. */
export const oauthResource = authSchema.table(
  "oauth_resource",
  {
    id: uuid("id").primaryKey(),
    identifier: text("identifier").notNull(),
    name: text("name").notNull(),
    accessTokenTtl: integer("access_token_ttl"),
    refreshTokenTtl: integer("refresh_token_ttl"),
    signingAlgorithm: text("signing_algorithm"),
    signingKeyId: text("signing_key_id"),
    allowedScopes: text("allowed_scopes").array(),
    customClaims: jsonb("custom_claims"),
    dpopBoundAccessTokensRequired: boolean("dpop_bound_access_tokens_required").default(false),
    disabled: boolean("disabled").default(false),
    createdAt: instant("created_at").defaultNow(),
    updatedAt: instant("updated_at").defaultNow(),
    policyVersion: integer("policy_version").default(1),
    metadata: jsonb("metadata"),
  },
  (table) => [unique("oauth_resource_identifier_key").on(table.identifier)],
);

/** Which client may ask for tokens for which service. */
export const oauthClientResource = authSchema.table(
  "oauth_client_resource",
  {
    id: uuid("id").primaryKey(),
    clientId: text("client_id")
      .notNull()
      .references(() => oauthClient.clientId, { onDelete: "cascade" }),
    resourceId: text("resource_id")
      .notNull()
      .references(() => oauthResource.identifier, { onDelete: "cascade" }),
    metadata: jsonb("metadata"),
    createdAt: instant("created_at").defaultNow(),
  },
  (table) => [
    unique("oauth_client_resource_key").on(table.clientId, table.resourceId),
    index("oauth_client_resource_resource_id_idx").on(table.resourceId),
  ],
);
