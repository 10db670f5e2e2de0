/** The gateway's own routes in words; those of Better Auth describe themselves. A test holds the table to what is mounted. */
import { ACCOUNT_OPERATIONS } from "./account-operations.ts";
import { asset, json, type Operation, oauthError, object, page, query, text, time } from "./schemas.ts";
import { WEB_OPERATIONS } from "./web-operations.ts";

const check = { type: "string", description: "`ok`, or what is wrong" };

const jwk = object({
  kty: { const: "EC" },
  crv: { const: "P-256" },
  x: text,
  y: text,
  kid: text,
  use: { const: "sig" },
  alg: { const: "ES256" },
});

export const OWN_OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET /livez": {
    tag: "Health",
    summary: "The process answers; nothing else is asked.",
    answers: { "200": json("It does", object({ status: { const: "ok" } })) },
  },
  "GET /readyz": {
    tag: "Health",
    summary: "The gateway can do its work: database, schema version, signing key.",
    answers: Object.fromEntries(
      [["200", "It can"] as const, ["503", "It can't; the checks say why"] as const].map(([status, description]) => [
        status,
        json(
          description,
          object({
            status: { type: "string", enum: ["ok", "unavailable"] },
            schemaVersion: text,
            checks: object({ database: check, schema: check, signingKey: check }),
          }),
        ),
      ]),
    ),
  },
  "GET /.well-known/jwks.json": {
    tag: "Tokens",
    summary: "The public keys of access tokens (RFC 7517); may be kept for five minutes.",
    answers: {
      "200": json("The key set, with an ETag", object({ keys: { type: "array", items: jwk } })),
      "304": { description: "It is the one that If-None-Match names" },
    },
  },
  "GET /api/auth/token": {
    tag: "Tokens",
    summary: "An access token (RFC 9068) for the session that asks, valid for five minutes.",
    security: "session",
    parameters: [query("audience", "The service that the token is for; one of TOKEN_AUDIENCES", text)],
    answers: { "200": json("The token", object({ token: text, expiresAt: time })) },
  },
  "POST /oauth2/token": {
    tag: "Machine clients",
    summary: "An access token for a machine (RFC 6749, 4.4).",
    security: "client",
    form: object({ grant_type: { const: "client_credentials" }, scope: text, resource: text }, ["scope", "resource"]),
    answers: {
      "200": json(
        "The token",
        object({ access_token: text, token_type: { const: "Bearer" }, expires_in: { type: "integer" }, scope: text }, [
          "scope",
        ]),
      ),
      "4XX": oauthError,
    },
  },
  "POST /oauth2/introspect": {
    tag: "Machine clients",
    summary: "Whether an access token is good, and its claims (RFC 7662).",
    security: "client",
    form: object({ token: text }),
    answers: { "200": json("The token's state", object({ active: { type: "boolean" } })), "4XX": oauthError },
  },
  "POST /oauth2/revoke": {
    tag: "Machine clients",
    summary: "Revokes an access token (RFC 7009).",
    security: "client",
    form: object({ token: text }),
    answers: { "200": { description: "It is not good any more, if it ever was" }, "4XX": oauthError },
  },
  "GET /.well-known/oauth-authorization-server": {
    tag: "Machine clients",
    summary: "What the authorization server can do (RFC 8414).",
    answers: { "200": json("The metadata", object({ issuer: text, token_endpoint: text, jwks_uri: text })) },
  },
  "GET /.well-known/revocations": {
    tag: "Tokens",
    summary: "Signed list of sessions, tokens and subjects whose access tokens verifiers must refuse.",
    answers: {
      "200": { description: "A JWS, with an ETag", type: "application/revocations+jwt", schema: text },
      "304": { description: "It is the one that If-None-Match names" },
    },
  },
  "GET /openapi.json": {
    tag: "Reference",
    summary: "This document.",
    answers: { "200": json("An OpenAPI 3.1 document", { type: "object" }) },
  },
  "GET /reference": page("This document for people."),
  "GET /reference/reference.js": asset("The script of the reference.", "text/javascript"),
  "GET /reference/reference.css": asset("The style of the reference.", "text/css"),
  ...ACCOUNT_OPERATIONS,
  ...WEB_OPERATIONS,
};
