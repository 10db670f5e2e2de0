/** Machine clients: tokens by client credentials, introspection, revocation, metadata; and nothing else of OAuth. */

import { KeyObject } from "node:crypto";
import { session, user } from "@auth-gateway/shared-schema/auth";
import { oauthClient } from "@auth-gateway/shared-schema/clients";
import vectors from "@auth-gateway/shared-schema/token-vectors.json" with { type: "json" };
import { eq } from "drizzle-orm";
import { decodeJwt, decodeProtectedHeader, importJWK } from "jose";
import { describe, expect, it } from "vitest";
import type { ClientCredentials } from "../src/clients/service.ts";
import { createTokenVerifier } from "../src/tokens/verification.ts";
import { GATEWAY } from "./harness/environment.ts";
import { startGateway } from "./harness/gateway.ts";
import { signUp } from "./harness/people.ts";
import { json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";
import { startTcpProxy } from "./harness/tcp-proxy.ts";

const suite = useGateway();

interface TokenAnswer {
  readonly access_token: string;
}

const newClient = (scopes = ["documents:write", "retention:run"], audiences = ["rag-api"]) =>
  suite.gateway.dependencies.clients.create({ name: "reports", scopes, audiences });

const basic = ({ clientId, secret }: ClientCredentials) =>
  `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`;

function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${suite.url}${path}`, { method: "POST", headers, body: new URLSearchParams(form) });
}

const askToken = (credentials: ClientCredentials, form: Record<string, string> = {}) =>
  post("/oauth2/token", { grant_type: "client_credentials", ...form }, { authorization: basic(credentials) });

async function tokenOf(credentials: ClientCredentials, form: Record<string, string> = {}): Promise<string> {
  return (await json<TokenAnswer>(await askToken(credentials, form))).access_token;
}

const introspect = async (credentials: ClientCredentials, token: string) =>
  json<Record<string, unknown>>(await post("/oauth2/introspect", { token }, { authorization: basic(credentials) }));

async function expectRefusal(response: Response, status: number, error: string): Promise<void> {
  const body = await json<Record<string, unknown>>(response);
  expect([response.status, body["error"]]).toEqual([status, error]);
  expect(Object.keys(body).sort()).toEqual(["error", "error_description"]);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toBe("no-store");
}

describe("POST /oauth2/token", () => {
  it("gives a token with exactly the claims of a machine", async () => {
    const client = await newClient();
    const response = await askToken(client);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const body = await json<Record<string, unknown>>(response);
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "scope", "token_type"]);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 300, scope: "documents:write retention:run" });
    const token = String(body["access_token"]);
    const kid = suite.gateway.dependencies.keyring.signingKey().kid;
    expect(decodeProtectedHeader(token)).toEqual({ typ: "at+jwt", alg: "ES256", kid });
    const claims = decodeJwt(token);
    expect(Object.keys(claims).sort()).toEqual(
      ["aud", "client_id", "exp", "iat", "iss", "jti", "nbf", "scope", "sub"].sort(),
    );
    expect(claims).toMatchObject({ iss: GATEWAY, aud: "rag-api", sub: client.clientId, client_id: client.clientId });
    expect([claims.nbf, claims.exp]).toEqual([claims.iat, Number(claims.iat) + 300]);
    expect(claims.jti).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("takes a parameter without a value for one that is not there (RFC 6749, 3.2)", async () => {
    const client = await newClient();
    const empty = { scope: "", resource: "", audience: "", client_secret: "" };
    const answer = await askToken(client, empty);
    expect([answer.status, await json(answer)]).toMatchObject([200, { scope: "documents:write retention:run" }]);
    const none = await post("/oauth2/token", { grant_type: "" }, { authorization: basic(client) });
    expect(await json(none)).toMatchObject({ error_description: "grant_type is missing." });
  });

  it("takes the secret in the body too, but not in both places", async () => {
    const client = await newClient();
    const form = { grant_type: "client_credentials", client_id: client.clientId, client_secret: client.secret };
    expect((await post("/oauth2/token", form)).status).toBe(200);
    const both = await post("/oauth2/token", form, { authorization: basic(client) });
    await expectRefusal(both, 400, "invalid_request");
  });

  it("gives fewer scopes when fewer are asked for, and never more", async () => {
    const client = await newClient();
    expect(decodeJwt(await tokenOf(client, { scope: "documents:write" }))["scope"]).toBe("documents:write");
    for (const scope of ["admin", "documents:write admin", "openid"]) {
      await expectRefusal(await askToken(client, { scope }), 400, "invalid_scope");
    }
  });

  it("is for the client's own services only", async () => {
    const client = await newClient(["a"], ["rag-api", "billing"]);
    await expectRefusal(await askToken(client), 400, "invalid_target");
    for (const form of [
      { resource: "billing" },
      { audience: "billing" },
      { resource: "urn:auth-gateway:audience:billing" },
    ]) {
      expect(decodeJwt(await tokenOf(client, form)).aud).toBe("billing");
    }
    for (const resource of ["mail", "none", "", "\u0000", "https://elsewhere.test"]) {
      await expectRefusal(await askToken(client, { resource }), 400, "invalid_target");
    }
    await expectRefusal(await askToken(client, { resource: "billing", audience: "rag-api" }), 400, "invalid_target");
  });

  it("refuses unknown, wrong, missing and malformed credentials alike, with a challenge", async () => {
    const client = await newClient();
    const wrong: ClientCredentials[] = [
      { ...client, secret: "wrong" },
      { ...client, clientId: "svc_00000000000000000000000000000000" },
      { clientId: "a\u0000b", secret: "x" },
      { clientId: "", secret: "" },
    ];
    for (const credentials of wrong) {
      const response = await askToken(credentials);
      expect(response.headers.get("www-authenticate")).toMatch(/^Basic /);
      await expectRefusal(response, 401, "invalid_client");
    }
    for (const authorization of ["Basic !!!", "Basic", "Bearer x", "Basic JTox"]) {
      const response = await post("/oauth2/token", { grant_type: "client_credentials" }, { authorization });
      await expectRefusal(response, 401, "invalid_client");
    }
    await expectRefusal(await post("/oauth2/token", { grant_type: "client_credentials" }), 401, "invalid_client");
    const other = await askToken(client, { client_id: "svc_00000000000000000000000000000000" });
    await expectRefusal(other, 401, "invalid_client");
  });

  it("knows no other grant, no other media type and no parameter twice", async () => {
    const client = await newClient();
    for (const grant of ["authorization_code", "refresh_token", "password", "implicit", "toString"]) {
      await expectRefusal(await askToken(client, { grant_type: grant }), 400, "unsupported_grant_type");
    }
    const headers = { authorization: basic(client) };
    await expectRefusal(await post("/oauth2/token", {}, headers), 400, "invalid_request");
    const asJson = await fetch(`${suite.url}/oauth2/token`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ grant_type: "client_credentials" }),
    });
    await expectRefusal(asJson, 400, "invalid_request");
    const twice = new URLSearchParams("grant_type=client_credentials&scope=a&scope=b");
    await expectRefusal(
      await fetch(`${suite.url}/oauth2/token`, { method: "POST", headers, body: twice }),
      400,
      "invalid_request",
    );
    const get = await fetch(`${suite.url}/oauth2/token`);
    expect(get.headers.get("allow")).toBe("POST");
    await expectRefusal(get, 405, "invalid_request");
  });

  it("stores the secret as a hash, and follows its rotation and revocation", async () => {
    const { clients, database } = suite.gateway.dependencies;
    const client = await newClient();
    const [row] = await database.db.select().from(oauthClient).where(eq(oauthClient.clientId, client.clientId));
    expect(row?.clientSecret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(row)).not.toContain(client.secret);
    const rotated = await clients.rotateSecret(client.clientId);
    await expectRefusal(await askToken(client), 401, "invalid_client");
    if (rotated === undefined) throw new Error("not rotated");
    expect((await askToken(rotated)).status).toBe(200);
    expect(await clients.revoke(client.clientId)).toBe(true);
    await expectRefusal(await askToken(rotated), 401, "invalid_client");
    expect([await clients.revoke(client.clientId), await clients.rotateSecret("svc_x")]).toEqual([false, undefined]);
    expect((await clients.list()).find(({ clientId }) => clientId === client.clientId)).toMatchObject({
      revoked: true,
    });
  });
});

it.each([
  ["GET", "/oauth2/authorize"],
  ["POST", "/oauth2/authorize"],
  ["POST", "/oauth2/register"],
  ["GET", "/oauth2/userinfo"],
  ["POST", "/oauth2/consent"],
  ["GET", "/oauth2/end-session"],
  ["POST", "/oauth2/par"],
  ["POST", "/api/auth/oauth2/token"],
  ["POST", "/api/auth/oauth2/register"],
  ["POST", "/api/auth/oauth2/create-client"],
  ["GET", "/api/auth/oauth2/authorize"],
  ["GET", "/api/auth/oauth2/get-clients"],
  ["POST", "/api/auth/admin/oauth2/create-client"],
  ["POST", "/oauth2-provider/oauth2/token"],
  ["GET", "/oauth2-provider/jwks"],
  ["GET", "/.well-known/openid-configuration"],
  ["GET", "/oauth2-provider/.well-known/openid-configuration"],
])("%s %s is not there", async (method, path) => {
  const response = await fetch(`${suite.url}${path}`, { method, redirect: "manual" });
  expect(response.status).toBe(404);
});

describe("POST /oauth2/introspect", () => {
  it("describes a live token of a machine and of a user", async () => {
    const client = await newClient();
    const machine = await tokenOf(client);
    expect(await introspect(client, machine)).toEqual({ active: true, token_type: "Bearer", ...decodeJwt(machine) });
    const browser = await signUp(suite.url);
    const { token } = await json<{ token: string }>(await browser.fetch("/api/auth/token"));
    expect(await introspect(client, token)).toEqual({ active: true, token_type: "Bearer", ...decodeJwt(token) });
  });

  it("says inactive when the session has ended, has expired, or its user is banned", async () => {
    const client = await newClient();
    const { db } = suite.gateway.dependencies.database;
    const ends: ((sid: string, userId: string) => Promise<unknown>)[] = [
      (sid) => db.delete(session).where(eq(session.id, sid)),
      (sid) =>
        db
          .update(session)
          .set({ expiresAt: new Date(0) })
          .where(eq(session.id, sid)),
      (_sid, userId) => db.update(user).set({ banned: true }).where(eq(user.id, userId)),
    ];
    for (const end of ends) {
      const browser = await signUp(suite.url);
      const { token } = await json<{ token: string }>(await browser.fetch("/api/auth/token"));
      const { sid, sub } = decodeJwt(token);
      expect(await introspect(client, token)).toMatchObject({ active: true });
      await end(String(sid), String(sub));
      expect(await introspect(client, token)).toEqual({ active: false });
    }
  });

  it("says inactive for a revoked client's token", async () => {
    const [client, asking] = [await newClient(), await newClient()];
    const token = await tokenOf(client);
    await suite.gateway.dependencies.clients.revoke(client.clientId);
    expect(await introspect(asking, token)).toEqual({ active: false });
  });

  it("says inactive, and nothing else, for what is no token of ours", async () => {
    const client = await newClient();
    const token = await tokenOf(client);
    const [head, body, signature = ""] = token.split(".");
    const forged = `${head}.${body}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    for (const bad of [
      forged,
      `${head}.${body}.`,
      "x",
      "a.b.c",
      "\u0000",
      "é",
      "x".repeat(9_000),
      ...vectors.cases.map((c) => c.token),
    ]) {
      if (bad !== "") expect(await introspect(client, bad)).toEqual({ active: false });
    }
  });

  it("is for authenticated clients, and wants a token", async () => {
    const client = await newClient();
    await expectRefusal(await post("/oauth2/introspect", { token: "x" }), 401, "invalid_client");
    const wrong = { authorization: basic({ ...client, secret: "wrong" }) };
    await expectRefusal(await post("/oauth2/introspect", { token: "x" }, wrong), 401, "invalid_client");
    await expectRefusal(await post("/oauth2/introspect", {}, { authorization: basic(client) }), 400, "invalid_request");
  });
});

describe("POST /oauth2/revoke", () => {
  const revoke = (client: ClientCredentials, token: string) =>
    post("/oauth2/revoke", { token }, { authorization: basic(client) });

  it("ends a token of the client's own, and a user's", async () => {
    const client = await newClient();
    const browser = await signUp(suite.url);
    const { token } = await json<{ token: string }>(await browser.fetch("/api/auth/token"));
    for (const ended of [await tokenOf(client), token]) {
      const response = await revoke(client, ended);
      expect([response.status, await response.text()]).toEqual([200, ""]);
      expect((await revoke(client, ended)).status).toBe(200);
      expect(await introspect(client, ended)).toEqual({ active: false });
    }
    expect(await introspect(client, await tokenOf(client))).toMatchObject({ active: true });
  });

  it("leaves another machine's token alone", async () => {
    const [client, other] = [await newClient(), await newClient()];
    const token = await tokenOf(client);
    await expectRefusal(await revoke(other, token), 400, "unauthorized_client");
    expect(await introspect(client, token)).toMatchObject({ active: true });
  });

  it("answers 200 to what is no token, and 401 to who is no client", async () => {
    const client = await newClient();
    for (const token of ["x", "a.b.c", "\u0000"]) expect((await revoke(client, token)).status).toBe(200);
    await expectRefusal(await revoke({ ...client, secret: "wrong" }, "x"), 401, "invalid_client");
  });
});

it("the database away is 503 in OAuth's form, never an inactive token", async () => {
  const proxy = await startTcpProxy(suite.database.authGatewayUrl);
  const gateway = await startGateway(proxy.url(suite.database.authGatewayUrl));
  try {
    const client = await newClient();
    const token = await tokenOf(client);
    proxy.cut();
    for (const [path, form] of [
      ["/oauth2/token", { grant_type: "client_credentials" }],
      ["/oauth2/introspect", { token }],
      ["/oauth2/revoke", { token }],
    ] as const) {
      const init = { method: "POST", headers: { authorization: basic(client) }, body: new URLSearchParams(form) };
      const response = await fetch(`${gateway.url}${path}`, init);
      expect(response.headers.get("retry-after")).toBe("2");
      await expectRefusal(response, 503, "temporarily_unavailable");
    }
  } finally {
    await gateway.close();
    await proxy.close();
  }
});

describe("the verifier of our own tokens", () => {
  const [jwk] = vectors.jwks.keys;
  const openVerifier = async () => {
    const key = KeyObject.from((await importJWK({ ...jwk }, "ES256")) as Parameters<typeof KeyObject.from>[0]);
    const { issuer, audience } = vectors;
    const keyOf = (kid: string) => (kid === jwk?.kid ? key : undefined);
    return createTokenVerifier({ issuer, audience, keyOf, now: () => vectors.now * 1000 });
  };

  it.each(vectors.cases)("$name: $valid", async ({ token, valid }) => {
    expect((await openVerifier()).verifyUserToken(token) !== undefined).toBe(valid);
  });

  it.each(vectors.machineCases)("of a machine, $name: $valid", async ({ token, valid }) => {
    const verifier = await openVerifier();
    expect(verifier.verifyMachineToken(token)?.sub).toBe(valid ? vectors.machineClient : undefined);
    expect(verifier.verifyUserToken(token)).toBeUndefined();
  });

  it("takes a user's token for no machine's, and the reverse", async () => {
    const client = await newClient();
    const keyOf = (kid: string) => suite.gateway.dependencies.keyring.findPublicKey(kid);
    const verifier = createTokenVerifier({ issuer: GATEWAY, keyOf, now: () => Date.now() });
    const machine = await tokenOf(client);
    expect([verifier.verifyUserToken(machine), verifier.verifyMachineToken(machine)?.sub]).toEqual([
      undefined,
      client.clientId,
    ]);
    const browser = await signUp(suite.url);
    const { token } = await json<{ token: string }>(await browser.fetch("/api/auth/token"));
    expect(verifier.verifyMachineToken(token)).toBeUndefined();
    const billing = createTokenVerifier({ issuer: GATEWAY, audience: "billing", keyOf, now: () => Date.now() });
    expect(billing.verifyMachineToken(machine)).toBeUndefined();
  });
});

describe("GET /.well-known/oauth-authorization-server", () => {
  it("is true in every field", async () => {
    const response = await fetch(`${suite.url}/.well-known/oauth-authorization-server`);
    const metadata = await json<Record<string, string & string[]>>(response);
    const here = (member: string) => {
      const url = metadata[member] ?? "";
      expect(url.startsWith(GATEWAY)).toBe(true);
      return url.slice(GATEWAY.length);
    };
    const client = await newClient();
    const token = await tokenOf(client);
    const checks: Record<string, () => Promise<void>> = {
      issuer: async () => expect(metadata["issuer"]).toBe(decodeJwt(token).iss),
      jwks_uri: async () => {
        const { keys } = await json<{ keys: { kid: string }[] }>(await fetch(suite.url + here("jwks_uri")));
        expect(keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(token).kid);
      },
      grant_types_supported: async () => expect(metadata["grant_types_supported"]).toEqual(["client_credentials"]),
      response_types_supported: async () => expect(metadata["response_types_supported"]).toEqual([]),
    };
    const bodies = { token: { grant_type: "client_credentials" }, introspection: { token }, revocation: { token } };
    for (const [name, body] of Object.entries(bodies)) {
      checks[`${name}_endpoint`] = async () => {
        const response = await post(here(`${name}_endpoint`), body, { authorization: basic(client) });
        expect(response.status).toBe(200);
      };
      checks[`${name}_endpoint_auth_methods_supported`] = async () => {
        expect(metadata[`${name}_endpoint_auth_methods_supported`]).toEqual([
          "client_secret_basic",
          "client_secret_post",
        ]);
        const posted = { ...body, client_id: client.clientId, client_secret: client.secret };
        expect((await post(here(`${name}_endpoint`), posted)).status).toBe(200);
      };
    }
    expect(Object.keys(metadata).sort()).toEqual(Object.keys(checks).sort());
    for (const check of Object.values(checks)) await check();
  });
});
