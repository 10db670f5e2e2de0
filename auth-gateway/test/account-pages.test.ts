/** Mailed links and passkeys in a real browser. */
import { type Browser as Chromium, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { findFreePort } from "../../tools/process/ports.ts";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { Browser, type Credentials, newPerson } from "./harness/people.ts";
import { type SmtpHarness, startSmtp } from "./harness/smtp.ts";
import { eventually } from "./harness/wait.ts";

let chrome: Chromium;
let database: TestDatabase;
let smtp: SmtpHarness;
let gateway: TestGateway;
let url: string;
let page: Page;

beforeAll(async () => {
  database = await createTestDatabase();
  smtp = await startSmtp();
  const port = await findFreePort();
  // WebAuthn wants a name, and takes localhost without https.
  url = `http://localhost:${port}`;
  gateway = await startGateway(database.authGatewayUrl, {
    env: {
      GATEWAY_URL: url,
      GATEWAY_PORT: String(port),
      SMTP_URL: smtp.url,
      MAIL_FROM: "no-reply@example.test",
      PASSKEYS: "on",
    },
  });
  chrome = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

beforeEach(async () => {
  page = await (await chrome.newContext()).newPage();
});

afterAll(async () => {
  await chrome.close();
  await gateway.close();
  await smtp.close();
  await database.drop();
});

const post = (path: string, body: unknown) => new Browser(gateway.url, url).post(`/api/auth${path}`, body);

async function linkIn(person: Credentials, purpose: string): Promise<string> {
  const link = new RegExp(`${url}/account/${purpose}#token=[\\w-]+`);
  return eventually(() =>
    smtp
      .lettersTo(person.email)
      .map(({ text }) => link.exec(text ?? "")?.[0])
      .find((found) => found !== undefined),
  );
}

const isVerified = async (person: Credentials) => (await post("/sign-in/email", person)).status === 200;

it("a mailed link confirms the address when its button is pressed, not when it is opened", async () => {
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  const person = newPerson();
  await post("/sign-up/email", person);
  const link = await linkIn(person, "verify-email");
  await page.goto(link);
  expect(page.url()).toBe(`${url}/account/verify-email`);
  expect(await isVerified(person)).toBe(false);
  await page.getByRole("button", { name: "Confirm this address" }).click();
  await page.getByText("You can sign in now").waitFor();
  expect(await isVerified(person)).toBe(true);
  expect(gateway.logText()).not.toContain(link.split("=")[1]);
  await page.goto("about:blank");
  await page.goto(link);
  await page.getByRole("button").click();
  await page.getByText("has expired or was used already").waitFor();
  // The second try's 400 is the only thing that the browser has to say: nothing was blocked.
  expect(complaints.filter((text) => !text.includes("400"))).toEqual([]);
});

it("a mailed link sets a new password", async () => {
  const person = newPerson();
  await post("/sign-up/email", person);
  await post("/request-password-reset", person);
  await page.goto(await linkIn(person, "reset-password"));
  await page.getByLabel("New password").fill("a quite new password");
  await page.getByRole("button").click();
  await page.getByText("The new password is set").waitFor();
  expect((await post("/sign-in/email", { ...person, password: "a quite new password" })).status).toBe(200);
});

/** What a page's script does with the browser's own WebAuthn; gives the gateway's answer. */
async function ceremony(
  kind: "register" | "authenticate",
  userVerification = "required",
): Promise<{ status: number; body: string }> {
  return page.evaluate(
    async ([which, wanted]) => {
      // biome-ignore lint: runs in the browser, whose types are not ours.
      const browser = globalThis as unknown as Record<string, any>;
      const registering = which === "register";
      const path = `/api/auth/passkey/generate-${registering ? "register" : "authenticate"}-options`;
      const options = JSON.parse(await fetch(path).then((response) => response.text()));
      if (registering) options.authenticatorSelection.userVerification = wanted;
      const credentials = browser["navigator"].credentials;
      const parse = browser["PublicKeyCredential"];
      const credential = registering
        ? await credentials.create({ publicKey: parse.parseCreationOptionsFromJSON(options) })
        : await credentials.get({ publicKey: parse.parseRequestOptionsFromJSON(options) });
      const answer = await fetch(`/api/auth/passkey/verify-${registering ? "registration" : "authentication"}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ response: credential.toJSON(), name: "Laptop" }),
      });
      return { status: answer.status, body: await answer.text() };
    },
    [kind, userVerification] as const,
  );
}

async function addAuthenticator(verifies: boolean): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: verifies,
      isUserVerified: verifies,
      automaticPresenceSimulation: true,
    },
  });
}

const request = (path: string, body?: object) =>
  page.evaluate(
    async ([where, what]) => {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(what) };
      const response = await fetch(`/api/auth${where}`, what === undefined ? {} : init);
      return { status: response.status, body: await response.text() };
    },
    [path, body] as const,
  );

it("a passkey that asks its owner for nothing is refused", async () => {
  const person = newPerson();
  await post("/sign-up/email", person);
  await post("/verify-email", { token: (await linkIn(person, "verify-email")).split("=")[1] });
  await page.goto(`${url}/account/verify-email`);
  await addAuthenticator(false);
  await request("/sign-in/email", person);
  const refused = await ceremony("register", "discouraged");
  expect([refused.status, JSON.parse(refused.body)]).toMatchObject([400, { code: "USER_NOT_VERIFIED" }]);
  expect((await request("/passkey/list-user-passkeys")).body).toBe("[]");
});

it("a passkey is made by a signed-in person, and signs in without a password", async () => {
  const person = newPerson();
  await post("/sign-up/email", person);
  const token = (await linkIn(person, "verify-email")).split("=")[1];
  await post("/verify-email", { token });
  await page.goto(`${url}/account/verify-email`);
  await addAuthenticator(true);
  expect((await request("/passkey/generate-register-options")).status).toBe(401);
  expect((await request("/sign-in/email", person)).status).toBe(200);
  expect(await ceremony("register")).toMatchObject({ status: 200 });
  const passkeys = JSON.parse((await request("/passkey/list-user-passkeys")).body);
  expect(passkeys).toMatchObject([{ name: "Laptop" }]);
  expect((await request("/sign-out", {})).status).toBe(200);
  expect((await request("/get-session")).body).toBe("null");
  expect(await ceremony("authenticate")).toMatchObject({ status: 200 });
  expect(JSON.parse((await request("/get-session")).body).user.email).toBe(person.email);
  expect((await request("/passkey/delete-passkey", { id: passkeys[0].id })).status).toBe(200);
});
