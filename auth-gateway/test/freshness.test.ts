/** Dangerous endpoints want a recent sign-in; sessions are listed and ended one by one. */
import { describe, expect, it } from "vitest";
import { offeredEndpoints } from "../src/auth/offered.ts";
import { parseConfig } from "../src/config.ts";
import { testEnvironment } from "./harness/environment.ts";
import { useMailingGateway } from "./harness/mails.ts";
import { Browser, newPerson, signUp, signUpBearer } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";

const GITHUB = { GITHUB_CLIENT_ID: "client", GITHUB_CLIENT_SECRET: "secret" };
const ALL_ON = { TWO_FACTOR: "on", PASSKEYS: "on", ...GITHUB };

const suite = useMailingGateway({ SIGN_UP: "open", ...ALL_ON });

const MAIL = { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "a@b.test" };
const dangerous = offeredEndpoints(parseConfig(testEnvironment("postgresql://u:p@h/d", { ...MAIL, ...ALL_ON })))
  .filter(({ fresh }) => fresh)
  .map(({ path, method }) => ({ path, method }));

describe("a dangerous endpoint", () => {
  it("is one that changes how somebody gets in, or what others may do", () => {
    expect(dangerous.map(({ path }) => path).sort()).toEqual([
      "/admin/ban-user",
      "/admin/set-role",
      "/admin/unban-user",
      "/change-email",
      "/link-social",
      "/passkey/delete-passkey",
      "/passkey/generate-register-options",
      "/passkey/verify-registration",
      "/two-factor/disable",
      "/two-factor/enable",
      "/two-factor/generate-backup-codes",
      "/two-factor/get-totp-uri",
      "/unlink-account",
    ]);
  });

  it.each(dangerous)("$path refuses a session of eleven minutes and takes one of nine", async ({ path, method }) => {
    const ask = (browser: Browser) =>
      method === "GET" ? browser.fetch(`/api/auth${path}`) : browser.post(`/api/auth${path}`, {});
    const browser = await signUp(suite.url);
    expect((await json<{ code?: string }>(await ask(browser))).code).not.toBe("session_not_fresh");
    suite.clock.advance(9 * 60_000);
    expect((await json<{ code?: string }>(await ask(browser))).code).not.toBe("session_not_fresh");
    suite.clock.advance(2 * 60_000);
    const body = await expectProblem(await ask(browser), "session_not_fresh");
    expect(body["message"]).toMatch(/sign in again/i);
    await expectProblem(await ask(new Browser(suite.url)), "authentication_required");
    suite.clock.advance(-11 * 60_000);
  });

  it("opens again with a new sign-in", async () => {
    const person = newPerson();
    const browser = await signUp(suite.url, person);
    suite.clock.advance(11 * 60_000);
    const change = () => browser.post("/api/auth/change-email", { newEmail: newPerson().email });
    await expectProblem(await change(), "session_not_fresh");
    suite.clock.advance(-11 * 60_000);
    await browser.post("/api/auth/sign-in/email", person);
    expect((await change()).status).toBe(200);
  });

  it("holds for a bearer session too", async () => {
    const token = await signUpBearer(suite.url);
    suite.clock.advance(11 * 60_000);
    const response = await fetch(`${suite.url}/api/auth/change-email`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ newEmail: newPerson().email }),
    });
    await expectProblem(response, "session_not_fresh");
    suite.clock.advance(-11 * 60_000);
  });
});

describe("sessions", () => {
  interface Listed {
    readonly id: string;
    readonly token: string;
  }

  const list = async (browser: Browser) => json<Listed[]>(await browser.fetch("/api/auth/list-sessions"));
  const isLive = async (browser: Browser) => (await browser.fetch("/api/auth/get-session").then(json)) !== null;

  it("are read with one query", async () => {
    const browser = await signUp(suite.url);
    const queries = await suite.gateway.queriesDuring(() => browser.fetch("/api/auth/get-session"));
    expect(queries).toHaveLength(1);
  });

  it("are ended one by one, and all others at once", async () => {
    const person = newPerson();
    const [here, there, elsewhere] = [await signUp(suite.url, person), new Browser(suite.url), new Browser(suite.url)];
    for (const browser of [there, elsewhere]) await browser.post("/api/auth/sign-in/email", person);
    const ofThere = (await json<{ session: Listed }>(await there.fetch("/api/auth/get-session"))).session;
    expect(await list(here)).toHaveLength(3);
    expect((await here.post("/api/auth/revoke-session", { token: ofThere.token })).status).toBe(200);
    expect([await isLive(here), await isLive(there), await isLive(elsewhere)]).toEqual([true, false, true]);
    expect((await here.post("/api/auth/revoke-other-sessions", {})).status).toBe(200);
    expect([await isLive(here), await isLive(elsewhere)]).toEqual([true, false]);
  });

  it("of somebody else are out of reach, and a made-up token is harmless", async () => {
    const [mine, theirs] = [await signUp(suite.url), await signUp(suite.url)];
    const { session } = await json<{ session: Listed }>(await theirs.fetch("/api/auth/get-session"));
    for (const token of [session.token, "x", "x".repeat(5_000), "\u0000", session.id]) {
      expect((await mine.post("/api/auth/revoke-session", { token })).status).toBeLessThan(500);
    }
    for (const body of [{}, { token: 1 }, { token: ["x"] }, []]) {
      expect((await mine.post("/api/auth/revoke-session", body)).status).toBe(400);
    }
    expect([await isLive(mine), await isLive(theirs)]).toEqual([true, true]);
  });
});
