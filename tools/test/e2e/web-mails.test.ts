/** The ways in that lead through somewhere else: a mailbox, or another provider. In a real browser. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type OpenIdProvider, startOpenIdProvider } from "../../../auth-gateway/test/harness/openid-provider.ts";
import { type SmtpHarness, startSmtp } from "../../../auth-gateway/test/harness/smtp.ts";
import {
  newPerson,
  type Person,
  seriousFindings,
  startWeb,
  takeScreenshots,
  type Visit,
  type Web,
} from "../../testing/web.ts";

let web: Web;
let smtp: SmtpHarness;
let provider: OpenIdProvider;
let visit: Visit;
let person: Person;

beforeAll(async () => {
  [smtp, provider] = await Promise.all([startSmtp(), startOpenIdProvider()]);
  web = await startWeb({
    SMTP_URL: smtp.url,
    MAIL_FROM: "no-reply@example.test",
    SIGN_UP: "verify",
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
  });
}, 90_000);

afterAll(async () => {
  await web?.stop();
  await Promise.all([smtp?.close(), provider?.close()]);
});

beforeEach(async () => {
  person = newPerson();
  visit = await web.open();
});

async function linkTo(purpose: string): Promise<string> {
  const pattern = new RegExp(`${web.url}/account/${purpose}#token=[\\w-]+`);
  const find = () =>
    smtp
      .lettersTo(person.email)
      .map(({ text }) => pattern.exec(text ?? "")?.[0])
      .find((link) => link !== undefined);
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  return find() ?? "";
}

async function signIn(password: string): Promise<void> {
  const { page } = visit;
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function signUp(): Promise<void> {
  const { page } = visit;
  await visit.goto("/sign-up");
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Confirm your address" }).waitFor();
}

it("a new account waits for its link, which leads to the sign-in", async () => {
  const { page } = visit;
  await signUp();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "confirm-address");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(person.password);
  await page.getByText("or the address is not confirmed yet").waitFor();
  await page.getByRole("button", { name: "Send it again" }).click();
  await page.getByText("Sent. Please look once more.").waitFor();
  await visit.goto(await linkTo("verify-email"));
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "mailed-link");
  await page.getByRole("button", { name: "Confirm this address" }).click();
  await page.getByText("The address is confirmed").waitFor();
  await page.getByRole("link", { name: "Go on" }).click();
  await signIn(person.password);
  await page.waitForURL(`${web.url}/`);
});

it("a forgotten password is set anew by a mailed link", async () => {
  const { page } = visit;
  await signUp();
  await visit.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot it?" }).click();
  await page.getByRole("heading", { name: "Reset your password" }).waitFor();
  await page.getByLabel("E-mail address").fill("no address");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("This does not look like an e-mail address.").waitFor();
  await page.getByLabel("E-mail address").fill(person.email);
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "forgot-password");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByRole("heading", { name: "Look into your mailbox" }).waitFor();
  await visit.goto(await linkTo("reset-password"));
  await page.getByLabel("New password").fill("a quite new password");
  await page.getByRole("button", { name: "Set this password" }).click();
  await page.getByRole("link", { name: "Go on" }).click();
  await signIn("a quite new password");
  await page.waitForURL(`${web.url}/`);
});

it("another provider opens the account, and leads back to the wanted page", async () => {
  const { page } = visit;
  provider.user = { sub: person.email, email: person.email, email_verified: true, name: person.name };
  await visit.goto("/account");
  await page.getByRole("button", { name: "Continue with 127.0.0.1" }).click();
  await page.waitForURL(`${web.url}/account`);
  await page.getByText("You sign in without a password.").waitFor();
  await page.getByText("Linked with 127.0.0.1").waitFor();
});

it("a provider that refuses leads back to the sign-in page, which says so", async () => {
  const { page } = visit;
  provider.user = { sub: person.email, email: person.email, email_verified: true, name: person.name };
  provider.tampering = { aud: "somebody else" };
  await visit.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with 127.0.0.1" }).click();
  await page.getByText("Signing in there did not work.").waitFor();
  provider.tampering = {};
});
