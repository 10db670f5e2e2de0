/** The account page in a real browser, with everything that a gateway can offer turned on. */
import { createHmac } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type SmtpHarness, startSmtp } from "../../../auth-gateway/test/harness/smtp.ts";
import {
  newPerson,
  type Person,
  seriousFindings,
  signUpBehind,
  startWeb,
  takeScreenshots,
  type Visit,
  type Web,
} from "../../testing/web.ts";

let web: Web;
let smtp: SmtpHarness;
let visit: Visit;
let person: Person;

beforeAll(async () => {
  smtp = await startSmtp();
  web = await startWeb({
    SMTP_URL: smtp.url,
    MAIL_FROM: "no-reply@example.test",
    SIGN_UP: "open",
    TWO_FACTOR: "on",
    PASSKEYS: "on",
    GITHUB_CLIENT_ID: "id",
    GITHUB_CLIENT_SECRET: "secret",
  });
}, 90_000);

afterAll(async () => {
  await web?.stop();
  await smtp?.close();
});

beforeEach(async () => {
  person = newPerson();
  visit = await web.open();
  await signUpBehind(visit, web.url, person);
  await visit.goto("/account");
  await visit.page.getByRole("heading", { name: "Account", exact: true }).waitFor();
});

const section = (name: string) =>
  visit.page.locator("section").filter({ has: visit.page.getByRole("heading", { name }) });

/** RFC 6238 with the defaults of every authenticator app. */
function totp(secret: string, now = Date.now()): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Makes the session older than dangerous changes allow. */
async function age(): Promise<void> {
  const client = new Client({ connectionString: web.services.database.migratorUrl });
  await client.connect();
  await client.query(
    `update auth.session set created_at = now() - interval '11 minutes'
     where user_id = (select id from auth."user" where email = $1)`,
    [person.email],
  );
  await client.end();
}

it("shows who somebody is, where they are signed in, and what has happened", async () => {
  const { page, complaints } = visit;
  await section("Sessions").getByText("This one").waitFor();
  await section("What happened lately").getByText("An account was made").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "account");
  await section("Sessions").scrollIntoViewIfNeeded();
  await takeScreenshots(page, "account-sessions");
  await section("Profile").getByLabel("Name").fill("Ada King");
  await section("Profile").getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  await page.reload();
  await page.getByRole("button", { name: /^Your account: Ada King/ }).waitFor();
  expect(complaints).toEqual([]);
});

it("ends another session, which its page notices", async () => {
  const other = await web.open({ userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" });
  const { email, password } = person;
  await other.context.request.post(`${web.url}/api/auth/sign-in/email`, {
    data: { email, password },
    headers: { origin: web.url },
  });
  await visit.page.reload();
  await section("Sessions").getByText("Firefox on Linux").waitFor();
  await section("Sessions").getByRole("button", { name: "End the session on Firefox on Linux" }).click();
  await section("Sessions").getByText("Firefox on Linux").waitFor({ state: "detached" });
  await other.goto("/account");
  await other.page.waitForURL("**/sign-in?return=%2Faccount");
});

it("changes the password", async () => {
  const form = section("Password").first();
  await form.getByLabel("Current password").fill("not this one");
  await form.getByLabel("New password").fill("another quite long one");
  await form.getByRole("button", { name: "Change the password" }).click();
  await form.getByText("is not right").waitFor();
  await form.getByLabel("Current password").fill(person.password);
  await form.getByRole("button", { name: "Change the password" }).click();
  await visit.page.getByText("The password is changed").waitFor();
  await section("Sessions").getByText("This one").waitFor();
});

it("asks to sign in again for a change of the address, then mails the link", async () => {
  await age();
  const { page } = visit;
  const address = newPerson().email;
  await section("E-mail address").getByLabel("New address").fill(address);
  await section("E-mail address").getByRole("button", { name: "Change the address" }).click();
  const dialog = page.getByRole("dialog", { name: "Please confirm that it is you" });
  await dialog.getByLabel("Password", { exact: true }).fill(person.password);
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "confirm-it-is-you");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await section("E-mail address").getByText(`Look into the mailbox of ${address}`).waitFor();
  await expect.poll(() => smtp.lettersTo(address).length).toBe(1);
  const sessions = await visit.context.request.get(`${web.url}/api/auth/list-sessions`);
  expect(await sessions.json()).toHaveLength(1);
});

it("turns the second factor on, which the next sign-in asks for", async () => {
  const { page, context } = visit;
  await section("Two-step sign-in").getByRole("button", { name: "Turn it on" }).click();
  await page.getByLabel("Your password, to confirm").fill(person.password);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
  const secret = ((await page.getByText("Can't scan?").locator("code").textContent()) ?? "").replaceAll(" ", "");
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "two-factor-enrol");
  await page.getByLabel("Code of the app").fill(totp(secret));
  await page.getByRole("button", { name: "Confirm and turn on" }).click();
  await page.getByRole("heading", { name: "Your backup codes" }).waitFor();
  const codes = await page.getByRole("dialog").locator("li code").allTextContents();
  expect(codes).toHaveLength(10);
  await takeScreenshots(page, "two-factor-backup");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await section("Two-step sign-in").getByText("It is on.").waitFor();

  await context.clearCookies();
  await visit.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "code");
  await page.getByRole("button", { name: "Use a backup code instead" }).click();
  await page.getByLabel("Backup code").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.waitForURL(`${web.url}/`);
});

it("adds a passkey, which opens the account without a password", async () => {
  const { page, context } = visit;
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await section("Passkeys").getByRole("button", { name: "Add a passkey" }).click();
  await section("Passkeys").getByText("Added").waitFor();
  await context.clearCookies();
  await visit.goto("/sign-in?return=/account");
  await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
  await takeScreenshots(page, "sign-in-all-ways");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL("**/account");
  await section("Passkeys")
    .getByRole("button", { name: /^Remove / })
    .click();
  await section("Passkeys").getByText("You have none yet.").waitFor();
});

it("signs out everywhere", async () => {
  const { page } = visit;
  await section("Sessions").getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await page.waitForURL("**/sign-in");
});
