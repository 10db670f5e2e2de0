/** Second factors: an authenticator app and backup codes; no session before the code. */
import { createOTP } from "@better-auth/utils/otp";
import { describe, expect, it } from "vitest";
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
  const browser = await signUp(suite.url, person);
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

it("is not there when it is off", async () => {
  const off = await startGateway(suite.database.authGatewayUrl);
  for (const path of ["enable", "disable", "verify-totp", "verify-backup-code", "generate-backup-codes"]) {
    await expectProblem(await new Browser(off.url).post(`/api/auth/two-factor/${path}`, {}), "not_found");
  }
  await off.close();
});
