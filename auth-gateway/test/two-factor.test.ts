/** Second factors: an authenticator app and backup codes; no session before the code. */
import { createOTP } from "@better-auth/utils/otp";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "../../tools/testing/database.ts";
import { startGateway } from "./harness/gateway.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway({ env: { TWO_FACTOR: "on" } });

interface Enrolled {
  readonly person: ReturnType<typeof newPerson>;
  readonly browser: Browser;
  readonly backupCodes: string[];
  code(): Promise<string>;
}

async function enrol(): Promise<Enrolled> {
  const person = newPerson();
  return enrolWith(person, await signUp(suite.url, person));
}

async function enrolWith(person: Enrolled["person"], browser: Browser): Promise<Enrolled> {
  const answer = await browser.post("/api/auth/two-factor/enable", { password: person.password });
  expect(answer.status).toBe(200);
  const { totpURI, backupCodes } = await json<{ totpURI: string; backupCodes: string[] }>(answer);
  const secret = Buffer.from(base32(new URL(totpURI).searchParams.get("secret") ?? "")).toString();
  const code = () => createOTP(secret).totp();
  expect((await browser.post("/api/auth/two-factor/verify-totp", { code: await code() })).status).toBe(200);
  return { person, browser, backupCodes, code };
}

function base32(text: string): number[] {
  const bits = [...text].map((digit) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(digit).toString(2).padStart(5, "0"));
  return (bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}

async function withPassword({ person }: Enrolled): Promise<Browser> {
  const browser = new Browser(suite.url);
  const answer = await browser.post("/api/auth/sign-in/email", person);
  expect(await answer.json()).toMatchObject({ twoFactorRedirect: true, twoFactorMethods: ["totp"] });
  expect(await isSignedIn(browser)).toBe(false);
  return browser;
}

const isSignedIn = async (browser: Browser) => (await json(await browser.fetch("/api/auth/get-session"))) !== null;
const verify = (browser: Browser, code: string) => browser.post("/api/auth/two-factor/verify-totp", { code });
const useBackup = (browser: Browser, code: string) => browser.post("/api/auth/two-factor/verify-backup-code", { code });

describe("an account with a second factor", () => {
  it("is opened by password and code, not by the password alone", async () => {
    const account = await enrol();
    const browser = await withPassword(account);
    await expectProblem(await browser.fetch("/api/auth/token"), "authentication_required");
    expect((await verify(browser, "000000")).status).toBe(401);
    expect((await verify(browser, await account.code())).status).toBe(200);
    expect(await isSignedIn(browser)).toBe(true);
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
  });

  it("is opened by each backup code once", async () => {
    const account = await enrol();
    const [code = ""] = account.backupCodes;
    const first = await withPassword(account);
    expect((await useBackup(first, code)).status).toBe(200);
    expect(await isSignedIn(first)).toBe(true);
    const second = await withPassword(account);
    expect((await useBackup(second, code)).status).toBe(401);
    expect(await isSignedIn(second)).toBe(false);
  });

  it("gives no second guess for ever", async () => {
    const account = await enrol();
    const browser = await withPassword(account);
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push((await verify(browser, "000000")).status);
    expect(answers.at(-1)).toBeGreaterThanOrEqual(400);
    expect((await verify(browser, await account.code())).status).toBeGreaterThanOrEqual(400);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it("stores neither the secret nor the codes in clear", async () => {
    const { backupCodes } = await enrol();
    const rows = await asOwner(suite.database, 'select secret, backup_codes from auth."twoFactor"');
    for (const code of backupCodes) expect(JSON.stringify(rows)).not.toContain(code);
  });

  it("loses it with the password only", async () => {
    const { person, browser } = await enrol();
    const disable = (password: string) => browser.post("/api/auth/two-factor/disable", { password });
    expect((await disable("not the password")).status).toBe(400);
    expect((await disable(person.password)).status).toBe(200);
    const next = new Browser(suite.url);
    await next.post("/api/auth/sign-in/email", person);
    expect(await isSignedIn(next)).toBe(true);
  });
});

it("offers no codes by mail", async () => {
  for (const path of ["/two-factor/send-otp", "/two-factor/verify-otp"]) {
    await expectProblem(await new Browser(suite.url).post(`/api/auth${path}`, {}), "not_found");
  }
});

describe("a trusted device", () => {
  const trusted = async (account: Enrolled) => {
    const browser = await withPassword(account);
    const code = await account.code();
    expect((await browser.post("/api/auth/two-factor/verify-totp", { code, trustDevice: true })).status).toBe(200);
    await browser.post("/api/auth/sign-out", {});
    return browser;
  };

  it("is asked for no code, until the password changes", async () => {
    const account = await enrol();
    const browser = await trusted(account);
    expect((await browser.post("/api/auth/sign-in/email", account.person)).status).toBe(200);
    expect(await isSignedIn(browser)).toBe(true);
    await browser.post("/api/auth/sign-out", {});
    const newPassword = `another horse ${account.person.email}`;
    const change = { currentPassword: account.person.password, newPassword };
    expect((await account.browser.post("/api/auth/change-password", change)).status).toBe(200);
    const answer = await browser.post("/api/auth/sign-in/email", { ...account.person, password: newPassword });
    expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
    expect(await isSignedIn(browser)).toBe(false);
  });

  it("is asked again after the second factor was turned off and on", async () => {
    const account = await enrol();
    const browser = await trusted(account);
    const { password } = account.person;
    expect((await account.browser.post("/api/auth/two-factor/disable", { password })).status).toBe(200);
    await enrolWith(account.person, account.browser);
    const answer = await browser.post("/api/auth/sign-in/email", account.person);
    expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
  });
});

it("is asked of a client that keeps no cookies, too: the challenge travels in a header", async () => {
  const { person, code } = await enrol();
  const send = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${suite.url}/api/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-session-transport": "bearer", ...headers },
      body: JSON.stringify(body),
    });
  const first = await send("/sign-in/email", person);
  expect(await first.json()).toMatchObject({ twoFactorRedirect: true });
  expect([first.headers.get("set-auth-token"), first.headers.getSetCookie()]).toEqual([null, []]);
  const challenge = { "x-two-factor-challenge": first.headers.get("x-two-factor-challenge") ?? "" };
  const path = "/two-factor/verify-totp";
  expect((await send(path, { code: "000000" }, challenge)).status).toBe(401);
  expect((await send(path, { code: await code() })).status).toBe(401);
  const forged = { "x-two-factor-challenge": `${challenge["x-two-factor-challenge"].slice(0, -4)}AAAA` };
  expect((await send(path, { code: await code() }, forged)).status).toBe(401);
  const second = await send(path, { code: await code() }, challenge);
  expect(second.status).toBe(200);
  const authorization = `Bearer ${second.headers.get("set-auth-token")}`;
  expect((await fetch(`${suite.url}/api/auth/token`, { headers: { authorization } })).status).toBe(200);
});

it("stays on for those who have it when it is turned off, and the log says so", async () => {
  const account = await enrol();
  const off = await startGateway(suite.database.authGatewayUrl);
  const browser = new Browser(off.url);
  const answer = await browser.post("/api/auth/sign-in/email", account.person);
  expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
  expect((await verify(browser, await account.code())).status).toBe(200);
  expect(off.logText()).toContain("TWO_FACTOR is off, but some accounts have a second factor");
  await off.close();
});

it("is not there when it is off", async () => {
  const empty = await createTestDatabase();
  const off = await startGateway(empty.authGatewayUrl);
  for (const path of ["enable", "disable", "verify-totp", "verify-backup-code", "generate-backup-codes"]) {
    await expectProblem(await new Browser(off.url).post(`/api/auth/two-factor/${path}`, {}), "not_found");
  }
  expect(off.logText()).not.toContain("TWO_FACTOR");
  await off.close();
  await empty.drop();
});
