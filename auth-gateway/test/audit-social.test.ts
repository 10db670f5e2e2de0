/** The audit trail of sign-ins at a provider, whose answers are redirects whatever came of them. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { type AuditTestTrail, auditTrailOf } from "./harness/audit.ts";
import { FRONTEND, GATEWAY } from "./harness/environment.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { type OpenIdProvider, startOpenIdProvider } from "./harness/openid-provider.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { json } from "./harness/problems.ts";

let provider: OpenIdProvider;
let database: TestDatabase;
let gateway: TestGateway;
let trail: AuditTestTrail;

beforeAll(async () => {
  provider = await startOpenIdProvider();
  database = await createTestDatabase();
  const { issuer, clientId, clientSecret } = provider;
  const env = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
  gateway = await startGateway(database.authGatewayUrl, { env });
  trail = auditTrailOf({ database, gateway, url: gateway.url });
});

beforeEach(async () => {
  provider.user = { sub: crypto.randomUUID(), email: newPerson().email, email_verified: true, name: "Eve Example" };
  provider.tampering = {};
  await trail.forget();
});

afterAll(async () => {
  await gateway?.close();
  await provider?.close();
  await database?.drop();
});

/** Starts at the gateway, goes through the provider, and comes back. */
async function visitProvider(browser: Browser, path: string): Promise<void> {
  const start = await browser.post(path, { provider: "oidc", callbackURL: `${FRONTEND}/done` });
  const { url } = await json<{ url: string }>(start);
  const back = (await fetch(url, { redirect: "manual" })).headers.get("location") ?? "";
  await browser.fetch(back.replace(GATEWAY, gateway.url), { redirect: "manual" });
}

const kinds = async () => (await trail.rows()).map(({ kind, reason, subject }) => [kind, reason, subject]);

it("a sign-in is one row, the first and every other", async () => {
  await visitProvider(new Browser(gateway.url), "/api/auth/sign-in/social");
  await visitProvider(new Browser(gateway.url), "/api/auth/sign-in/social");
  const subject = await trail.subjectOf(provider.user.email);
  expect(await kinds()).toEqual(Array(2).fill(["sign_in", "social", subject]));
});

it("a refused one is one row, too", async () => {
  provider.tampering = { aud: "somebody else" };
  await visitProvider(new Browser(gateway.url), "/api/auth/sign-in/social");
  expect(await kinds()).toEqual([["sign_in_failed", "social_refused", null]]);
});

it("linking is no sign-in", async () => {
  const person = newPerson();
  const browser = await signUp(gateway.url, person);
  provider.user = { ...provider.user, email: person.email };
  await trail.forget();
  await visitProvider(browser, "/api/auth/link-social");
  expect(await kinds()).toEqual([["account_linked", null, await trail.subjectOf(person.email)]]);
});
