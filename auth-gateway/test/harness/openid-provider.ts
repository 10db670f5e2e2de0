/** A small OpenID provider over real HTTP: discovery, keys, code flow with PKCE; it signs in whoever is set. */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface ProviderUser {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
}

export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is at the provider's keyboard. */
  user: ProviderUser;
  /** Changes made to the claims of the next ID tokens, as a broken or hostile provider would. */
  tampering: Record<string, unknown>;
  close(): Promise<void>;
}

interface Grant {
  readonly challenge: string;
  readonly nonce: string | null;
  readonly redirectUri: string;
}

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "ES256", use: "sig" };
  const grants = new Map<string, Grant>();
  const server = createServer((request, response) => {
    void answer(request).then(({ status = 200, location, body }) => {
      response.writeHead(status, {
        "content-type": "application/json",
        ...(location === undefined ? {} : { location }),
      });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: OpenIdProvider = {
    issuer,
    clientId: "the-gateway",
    clientSecret: "a client's secret",
    user: { sub: "1", email: "nobody@example.test", email_verified: true, name: "Nobody" },
    tampering: {},
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };

  async function answer(
    request: IncomingMessage,
  ): Promise<{ status?: number; location?: string | undefined; body?: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? "/", issuer);
    if (pathname === "/.well-known/openid-configuration") return { body: discovery };
    if (pathname === "/jwks") return { body: { keys: [jwk] } };
    if (pathname === "/authorize") return { status: 302, location: authorize(searchParams) };
    if (pathname === "/token") return token(request, new URLSearchParams(await text(request)));
    return { status: 404 };
  }

  const discovery = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  };

  function authorize(query: URLSearchParams): string {
    const code = randomUUID();
    const redirectUri = query.get("redirect_uri") ?? "";
    const asked = [query.get("client_id"), query.get("response_type"), query.get("code_challenge_method")];
    if (asked.join() !== `${provider.clientId},code,S256`) return `${redirectUri}?error=invalid_request`;
    grants.set(code, { challenge: query.get("code_challenge") ?? "", nonce: query.get("nonce"), redirectUri });
    return `${redirectUri}?${new URLSearchParams({ code, state: query.get("state") ?? "", iss: issuer })}`;
  }

  async function token(request: IncomingMessage, form: URLSearchParams) {
    const grant = grants.get(form.get("code") ?? "");
    grants.delete(form.get("code") ?? "");
    const basic = `Basic ${Buffer.from(`${provider.clientId}:${provider.clientSecret}`).toString("base64")}`;
    const authentic =
      request.headers.authorization === basic ||
      (form.get("client_id") === provider.clientId && form.get("client_secret") === provider.clientSecret);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (
      grant === undefined ||
      !authentic ||
      grant.challenge !== challenge ||
      grant.redirectUri !== form.get("redirect_uri")
    ) {
      return { status: 400, body: { error: "invalid_grant" } };
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: provider.clientId, iat: now, exp: now + 60, nonce: grant.nonce };
    const idToken = new SignJWT({ ...claims, ...provider.user, ...provider.tampering });
    const id_token = await idToken.setProtectedHeader({ alg: "ES256", kid: "one" }).sign(privateKey);
    return { body: { access_token: "an-access-token", token_type: "Bearer", expires_in: 60, id_token } };
  }

  return provider;
}
