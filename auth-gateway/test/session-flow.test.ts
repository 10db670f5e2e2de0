/** The main path with Better Auth's own client, by cookie and by bearer token. */
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { FRONTEND, GATEWAY } from "./harness/environment.ts";
import { startGateway } from "./harness/gateway.ts";
import { Browser, newPerson, signUp, signUpBearer, stockClient } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();

const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${suite.url}/.well-known/jwks.json`)), {
    issuer: GATEWAY,
    audience: "rag-api",
    algorithms: ["ES256"],
    typ: "at+jwt",
  });

describe("the stock client", () => {
  it("signs up, reads the session, takes a token, signs out, and signs in again", async () => {
    const person = newPerson();
    const client = stockClient(suite.url, new Browser(suite.url));

    const signedUp = await client.signUp.email(person);
    expect(signedUp.error).toBeNull();
    const session = await client.getSession();
    expect(session.data?.user).toMatchObject({ email: person.email, name: person.name, emailVerified: false });

    const { data } = await client.token();
    const { payload } = await verify(data?.token ?? "");
    expect(payload).toMatchObject({ sub: session.data?.user.id, sid: session.data?.session.id });

    expect((await client.signOut()).data).toMatchObject({ success: true });
    expect((await client.getSession()).data).toBeNull();
    const refused = await client.token();
    expect(refused.error).toMatchObject({ status: 401, code: "authentication_required" });
    expect(refused.error?.message).toMatch(/sign in first/i);

    expect((await client.signIn.email({ email: person.email, password: "not the password" })).error).toMatchObject({
      status: 401,
      code: "INVALID_EMAIL_OR_PASSWORD",
    });
    expect((await client.signIn.email(person)).data?.user.email).toBe(person.email);
    expect((await client.getSession()).data?.user.email).toBe(person.email);
  });

  it("lists and ends its sessions, and changes the profile", async () => {
    const person = newPerson();
    const here = stockClient(suite.url, new Browser(suite.url));
    const there = stockClient(suite.url, new Browser(suite.url));
    await here.signUp.email(person);
    await there.signIn.email(person);
    expect((await here.listSessions()).data).toHaveLength(2);
    expect((await here.updateUser({ name: "Ada Renamed" })).error).toBeNull();
    expect((await here.getSession()).data?.user.name).toBe("Ada Renamed");
    expect((await here.revokeOtherSessions()).error).toBeNull();
    expect((await there.getSession()).data).toBeNull();
    expect((await here.getSession()).data?.user.name).toBe("Ada Renamed");
  });

  it("is told when the address is taken", async () => {
    const person = newPerson();
    await signUp(suite.url, person);
    const again = await stockClient(suite.url, new Browser(suite.url)).signUp.email(person);
    expect(again.error).toMatchObject({ status: 422, code: "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL" });
  });
});

describe("a bearer session", () => {
  const get = (path: string, token: string, headers: Record<string, string> = {}) =>
    fetch(suite.url + path, { headers: { authorization: `Bearer ${token}`, ...headers } });

  it("is handed out only when asked for, and then without a cookie", async () => {
    const person = newPerson();
    const withCookie = await new Browser(suite.url).post("/api/auth/sign-up/email", person);
    expect(withCookie.headers.get("set-auth-token")).toBeNull();
    expect(withCookie.headers.getSetCookie()).not.toHaveLength(0);
    const withToken = await new Browser(suite.url).post("/api/auth/sign-in/email", person, {
      "x-session-transport": "bearer",
    });
    expect(withToken.headers.get("set-auth-token")).toEqual(expect.any(String));
    expect(withToken.headers.getSetCookie()).toHaveLength(0);
    expect(withToken.headers.get("access-control-expose-headers")).toMatch(/set-auth-token/);
  });

  it("reads the session, takes tokens and signs out", async () => {
    const token = await signUpBearer(suite.url);
    const session = await json<{ session: { id: string } }>(await get("/api/auth/get-session", token));
    const answer = await json<{ token: string }>(await get("/api/auth/token", token));
    expect((await verify(answer.token)).payload["sid"]).toBe(session.session.id);
    const signedOut = await fetch(`${suite.url}/api/auth/sign-out`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(signedOut.status).toBe(200);
    await expectProblem(await get("/api/auth/token", token), "authentication_required");
  });

  it("does not take the unsigned token that the database holds", async () => {
    const signed = await signUpBearer(suite.url);
    const [raw = ""] = decodeURIComponent(signed).split(".");
    await expectProblem(await get("/api/auth/token", raw), "authentication_required");
    await expectProblem(await get("/api/auth/token", `${raw}.AAAA`), "authentication_required");
  });

  it("can't be made of the session in a cookie", async () => {
    const browser = await signUp(suite.url);
    const response = await browser.fetch("/api/auth/get-session", { headers: { "x-session-transport": "bearer" } });
    expect(await response.json()).toBeNull();
    expect(response.headers.get("set-auth-token")).toBeNull();
    const change = await browser.post("/api/auth/update-user", { name: "x" }, { "x-session-transport": "bearer" });
    expect(change.status).toBe(401);
    expect(change.headers.get("set-auth-token")).toBeNull();
  });

  it("is refused under an unknown transport", async () => {
    const response = await fetch(`${suite.url}/api/auth/get-session`, {
      headers: { "x-session-transport": "smoke" },
    });
    await expectProblem(response, "invalid_request");
  });
});

describe("cookies", () => {
  it("are plain over http on localhost", async () => {
    const browser = new Browser(suite.url, FRONTEND);
    const response = await browser.post("/api/auth/sign-up/email", newPerson());
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^auth\.session_token=/);
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toMatch(/Secure|Domain/);
  });

  it.each([
    ["https://app.example.com", "Lax"],
    ["https://app.example.net", "None"],
  ])("are bound to the host over https, with SameSite by the frontend's site (%s: %s)", async (frontend, sameSite) => {
    const secure = await startGateway(suite.database.authGatewayUrl, {
      env: { GATEWAY_URL: "https://auth.example.com", FRONTEND_ORIGINS: frontend },
    });
    const browser = new Browser(secure.url, frontend);
    const response = await browser.post("/api/auth/sign-up/email", newPerson());
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-auth\.session_token=/);
    expect(cookie).toMatch(new RegExp(`; Path=/; HttpOnly; Secure; SameSite=${sameSite}$`));
    expect(cookie).not.toMatch(/Domain/);
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    expect(response.headers.get("strict-transport-security")).toMatch(/max-age/);
    await secure.close();
  });
});

it("records the socket's address, whatever a client claims", async () => {
  const response = await new Browser(suite.url).post("/api/auth/sign-up/email", newPerson(), {
    "x-forwarded-for": "203.0.113.9",
    "x-gateway-client-address": "203.0.113.9",
  });
  const { token } = await json<{ token: string }>(response);
  const rows = await suite.gateway.dependencies.database.db.query.session.findMany({
    where: (session, { eq }) => eq(session.token, token),
  });
  expect(rows.map((row) => row.ipAddress)).toEqual(["127.0.0.1"]);
});

it("signs with the published active key", async () => {
  const browser = await signUp(suite.url);
  const { token } = await json<{ token: string }>(await browser.fetch("/api/auth/token"));
  const { signingKey } = suite.gateway.dependencies.keyring;
  expect(decodeProtectedHeader(token)).toEqual({
    typ: "at+jwt",
    alg: "ES256",
    kid: signingKey.call(suite.gateway.dependencies.keyring).kid,
  });
});
