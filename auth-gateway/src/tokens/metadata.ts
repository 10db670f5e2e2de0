/** What this authorization server can do (RFC 8414); nothing that it can't. */

const CLIENT_AUTHENTICATION = ["client_secret_basic", "client_secret_post"] as const;

/** There is no authorization endpoint, so there are no response types; the member is required all the same. */
export function describeServer(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${issuer}/oauth2/token`,
    token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    grant_types_supported: ["client_credentials"],
    response_types_supported: [],
  };
}
