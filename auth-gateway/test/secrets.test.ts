/** Sessions outlive a change of the secret for as long as the old one is configured. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { SECRETS } from "./harness/environment.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { Browser, newPerson, signUp, signUpBearer } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";

const NEW_SECRET = "2:Qw8ErTy7UiOp6AsDf5GhJk4LzXc3VbNm2QaZ1WsXeDc";

let database: TestDatabase;
let before: TestGateway;
let after: TestGateway;
let later: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  before = await startGateway(database.authGatewayUrl);
  after = await startGateway(database.authGatewayUrl, { env: { AUTH_SECRETS: `${NEW_SECRET},${SECRETS}` } });
  later = await startGateway(database.authGatewayUrl, { env: { AUTH_SECRETS: NEW_SECRET } });
});

afterAll(async () => {
  await Promise.all([before, after, later].map((gateway) => gateway?.close()));
  await database?.drop();
});

function moveTo(gateway: TestGateway, browser: Browser): Browser {
  const moved = new Browser(gateway.url);
  for (const [name, value] of browser.cookies) moved.cookies.set(name, value);
  return moved;
}

describe("a session signed with the older secret", () => {
  it("works in a cookie: session, token, change, sign-out", async () => {
    const browser = moveTo(after, await signUp(before.url));
    expect((await browser.fetch("/api/auth/get-session")).status).toBe(200);
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    expect((await browser.post("/api/auth/update-user", { name: "Grace Example" })).status).toBe(200);
    expect(await json(await browser.fetch("/api/auth/get-session"))).toMatchObject({ user: { name: "Grace Example" } });
    expect((await browser.post("/api/auth/sign-out", {})).status).toBe(200);
    await expectProblem(await browser.fetch("/api/auth/token"), "authentication_required");
  });

  it("works as a bearer, encoded or not", async () => {
    const token = await signUpBearer(before.url);
    for (const spelling of [token, decodeURIComponent(token)]) {
      const response = await fetch(`${after.url}/api/auth/token`, { headers: { authorization: `Bearer ${spelling}` } });
      expect(response.status).toBe(200);
    }
  });

  it("costs no more queries", async () => {
    const browser = moveTo(after, await signUp(before.url));
    expect(await after.queriesDuring(() => browser.fetch("/api/auth/token"))).toHaveLength(1);
  });

  it("ends when the old secret is removed", async () => {
    const browser = moveTo(later, await signUp(before.url));
    await expectProblem(await browser.fetch("/api/auth/token"), "authentication_required");
  });
});

it("new sessions are signed with the new secret", async () => {
  const browser = moveTo(later, await signUp(after.url));
  expect((await browser.fetch("/api/auth/get-session")).status).toBe(200);
  expect(await json(await browser.fetch("/api/auth/get-session"))).not.toBeNull();
});

it("a forged signature stays forged", async () => {
  const browser = moveTo(after, await signUp(before.url, newPerson()));
  for (const [name, value] of browser.cookies) {
    const [token = "", signature = ""] = decodeURIComponent(value).split(".");
    const forged = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    browser.cookies.set(name, encodeURIComponent(`${token}.${forged}`));
  }
  await expectProblem(await browser.fetch("/api/auth/token"), "authentication_required");
  const odd = [
    { cookie: "auth.session_token=%ZZ.x" },
    { authorization: "Bearer ." },
    { cookie: "auth.session_token=" },
  ];
  for (const headers of odd) {
    await expectProblem(await fetch(`${after.url}/api/auth/token`, { headers }), "authentication_required");
  }
});
