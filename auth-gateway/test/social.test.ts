/** Sign-in at an OpenID provider, with a real one on the other side. */
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { FRONTEND, GATEWAY } from "./harness/environment.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { type OpenIdProvider, startOpenIdProvider } from "./harness/openid-provider.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { createTestClock, type TestClock } from "./harness/test-clock.ts";

let provider: OpenIdProvider;
let database: TestDatabase;
let gateway: TestGateway;
let clock: TestClock;

const oidcEnvironment = () => ({
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: provider.clientId,
  OIDC_CLIENT_SECRET: provider.clientSecret,
});

beforeAll(async () => {
  provider = await startOpenIdProvider();
  database = await createTestDatabase();
  clock = createTestClock();
  gateway = await startGateway(database.authGatewayUrl, { env: oidcEnvironment(), clock });
});

beforeEach(() => {
  const sub = uuidv7();
  provider.user = { sub, email: `eve.${sub}@example.test`, email_verified: true, name: "Eve Example" };
  provider.tampering = {};
});

afterAll(async () => {
  await gateway.close();
  await provider.close();
  await database.drop();
});

const DONE = `${FRONTEND}/signed-in`;

/** Goes where the gateway sends, through the provider and back; gives where it ends. */
async function follow(browser: Browser, start: Response): Promise<URL> {
  const { url } = await json<{ url: string }>(start);
  const atProvider = await fetch(url, { redirect: "manual" });
  const back = atProvider.headers.get("location") ?? "";
  expect(back).toMatch(`${GATEWAY}/api/auth/callback/oidc?`);
  const answer = await browser.fetch(back.replace(GATEWAY, gateway.url), { redirect: "manual" });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get("location") ?? "", gateway.url);
}

const start = (browser: Browser, body: object = {}) =>
  browser.post("/api/auth/sign-in/social", { provider: "oidc", callbackURL: DONE, ...body });

async function signIn(browser = new Browser(gateway.url), body: object = {}) {
  return { browser, end: await follow(browser, await start(browser, body)) };
}

const sessionOf = async (browser: Browser) =>
  json<{ user: { id: string; email: string; emailVerified: boolean } } | null>(
    await browser.fetch("/api/auth/get-session"),
  );

describe("sign-in at a provider", () => {
  it("makes an account the first time, and finds it again", async () => {
    const first = await signIn();
    expect(first.end.href).toBe(DONE);
    const { user } = (await sessionOf(first.browser)) ?? {};
    expect(user).toMatchObject({ email: provider.user.email, emailVerified: true });
    expect((await first.browser.fetch("/api/auth/token")).status).toBe(200);
    const second = await signIn();
    expect((await sessionOf(second.browser))?.user.id).toBe(user?.id);
  });

  it("keeps the provider's tokens encrypted", async () => {
    await signIn();
    const rows = await asOwner(database, "select access_token from auth.account where account_id = $1", [
      provider.user.sub,
    ]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain("an-access-token");
  });

  it("does not open an account that has the address already", async () => {
    const person = newPerson();
    await signUp(gateway.url, person);
    provider.user = { ...provider.user, email: person.email };
    const { browser, end } = await signIn();
    expect(end.searchParams.get("error")).toBe("account_not_linked");
    expect(end.origin).toBe(FRONTEND);
    expect(await sessionOf(browser)).toBeNull();
  });

  it.each([
    ["another audience", { aud: "somebody else" }],
    ["another issuer", { iss: "https://evil.example" }],
    ["another nonce", { nonce: "of another sign-in" }],
    ["an expiry in the past", { exp: 1 }],
  ])("refuses an ID token with %s", async (_name, tampering) => {
    provider.tampering = tampering;
    const { browser, end } = await signIn();
    expect(end.searchParams.get("error")).toBe("unable_to_get_user_info");
    expect(await sessionOf(browser)).toBeNull();
  });

  it("can't be finished in another browser than it began", async () => {
    const { url } = await json<{ url: string }>(await start(new Browser(gateway.url)));
    const back = (await fetch(url, { redirect: "manual" })).headers.get("location") ?? "";
    const victim = new Browser(gateway.url);
    const answer = await victim.fetch(back.replace(GATEWAY, gateway.url), { redirect: "manual" });
    expect(answer.headers.get("location")).toMatch(/error=/);
    expect(await sessionOf(victim)).toBeNull();
  });

  it("leads back to trusted origins only, and takes no ID token from a client", async () => {
    const browser = new Browser(gateway.url);
    expect((await start(browser, { callbackURL: "https://evil.example/" })).status).toBe(403);
    const brought = await start(browser, { idToken: { token: "x.y.z" } });
    expect([brought.status, await brought.json()]).toMatchObject([400, { code: "ID_TOKEN_NOT_SUPPORTED" }]);
  });
});

describe("linking", () => {
  const link = (browser: Browser) =>
    browser.post("/api/auth/link-social", { provider: "oidc", callbackURL: `${FRONTEND}/linked` });

  it("happens from a fresh session, and then opens the account", async () => {
    const person = newPerson();
    const browser = await signUp(gateway.url, person);
    provider.user = { ...provider.user, email: person.email };
    expect((await follow(browser, await link(browser))).href).toBe(`${FRONTEND}/linked`);
    const accounts = await json<{ id: string; providerId: string }[]>(await browser.fetch("/api/auth/list-accounts"));
    expect(accounts.map(({ providerId }) => providerId).sort()).toEqual(["credential", "oidc"]);
    const again = await signIn();
    expect((await sessionOf(again.browser))?.user.email).toBe(person.email);
    const linked = accounts.find(({ providerId }) => providerId === "oidc");
    expect((await browser.post("/api/auth/unlink-account", { accountId: linked?.id })).status).toBe(200);
    expect(await json(await browser.fetch("/api/auth/list-accounts"))).toHaveLength(1);
  });

  it("is refused to an older session and to nobody", async () => {
    const browser = await signUp(gateway.url);
    clock.advance(11 * 60_000);
    await expectProblem(await link(browser), "session_not_fresh");
    await expectProblem(await browser.post("/api/auth/unlink-account", { accountId: "x" }), "session_not_fresh");
    clock.advance(-11 * 60_000);
    await expectProblem(await link(new Browser(gateway.url)), "authentication_required");
  });
});

it("with SIGN_UP=verify an address that the provider has not confirmed opens no session", async () => {
  const env = { ...oidcEnvironment(), SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "a@example.test" };
  const verifying = await startGateway(database.authGatewayUrl, { env, clock });
  const open = gateway;
  gateway = verifying;
  try {
    provider.user = { ...provider.user, email_verified: false };
    const { browser, end } = await signIn();
    expect(end.searchParams.get("error")).toBe("sign_in_refused");
    expect(await sessionOf(browser)).toBeNull();
    // Nor does the answer tell whether the address has an account already.
    const person = newPerson();
    await new Browser(verifying.url).post("/api/auth/sign-up/email", person);
    provider.user = { ...provider.user, sub: uuidv7(), email: person.email };
    expect((await signIn()).end.href).toBe(end.href);
  } finally {
    gateway = open;
    await verifying.close();
  }
});

it("is not there when no provider is configured", async () => {
  const plain = await startGateway(database.authGatewayUrl);
  const browser = new Browser(plain.url);
  for (const path of ["/sign-in/social", "/link-social", "/unlink-account"]) {
    await expectProblem(await browser.post(`/api/auth${path}`, {}), "not_found");
  }
  await expectProblem(await browser.fetch("/api/auth/callback/oidc"), "not_found");
  await plain.close();
});

it("offers GitHub and Google by their variables alone", async () => {
  const github = { GITHUB_CLIENT_ID: "gh-client", GITHUB_CLIENT_SECRET: "gh-secret" };
  const google = { GOOGLE_CLIENT_ID: "go-client", GOOGLE_CLIENT_SECRET: "go-secret" };
  const both = await startGateway(database.authGatewayUrl, { env: { ...github, ...google } });
  for (const [name, host, client] of [
    ["github", "github.com", "gh-client"],
    ["google", "accounts.google.com", "go-client"],
  ] as const) {
    const answer = await new Browser(both.url).post("/api/auth/sign-in/social", { provider: name, callbackURL: DONE });
    const url = new URL((await json<{ url: string }>(answer)).url);
    expect(url.host).toBe(host);
    expect(url.searchParams.get("client_id")).toBe(client);
    expect(url.searchParams.get("redirect_uri")).toBe(`${GATEWAY}/api/auth/callback/${name}`);
  }
  await both.close();
});
