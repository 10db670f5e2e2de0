/** An account that strangers' guesses have closed still lets its owner in: by the browser that it knows, or by mail. */
import { createHash } from "node:crypto";
import { mailToken } from "@auth-gateway/shared-schema/accounts";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { useMailingGateway } from "./harness/mails.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, type Credentials, newPerson } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";

const QUOTA = 3;
const suite = useMailingGateway({ AUTH_LIMIT_ACCOUNT: `${QUOTA}/10m`, TWO_FACTOR: "on" });

const signIn = ({ email, password }: Pick<Credentials, "email" | "password">, browser = new Browser(suite.url)) =>
  browser.post("/api/auth/sign-in/email", { email, password });

const guess = (email: string, browser = new Browser(suite.url)) =>
  signIn({ email, password: "not the password" }, browser);

async function close(email: string): Promise<void> {
  for (let tries = 0; tries < QUOTA; tries++) expect((await guess(email)).status).toBe(401);
  await expectProblem(await guess(email), "account_locked");
}

const unlock = (token: string, browser = new Browser(suite.url)) => browser.post("/api/auth/unlock", { token });

const isUnlockMail = ({ subject }: { subject?: string | undefined }) =>
  subject === "Too many wrong passwords for your account";

async function unlockToken(email: string, count = 1): Promise<string> {
  const others = suite.smtp.lettersTo(email).filter((mail) => !isUnlockMail(mail)).length;
  return suite.linkTo(email, "unlock", others + count);
}

describe("the owner's browser", () => {
  it("that has signed in before is not locked out, and may mistype as often as anybody", async () => {
    const { person, browser } = await suite.member();
    await browser.post("/api/auth/sign-out", {});
    await close(person.email);
    expect((await signIn(person)).status).toBe(429);
    expect((await signIn(person, browser)).status).toBe(200);
  });

  it("is counted apart, and closed by its own failures only", async () => {
    const { person, browser } = await suite.member();
    for (let tries = 0; tries < QUOTA; tries++) expect((await guess(person.email, browser)).status).toBe(401);
    await expectProblem(await signIn(person, browser), "account_locked");
    expect((await signIn(person)).status).toBe(200);
  });

  it("is known to its account only, and by a signature", async () => {
    const { person } = await suite.member();
    const { browser: strangers } = await suite.member();
    await close(person.email);
    expect((await signIn(person, strangers)).status).toBe(429);
    const [name, value = ""] = [...strangers.cookies].find(([cookie]) => cookie.endsWith("known_browser")) ?? [];
    const forged = new Browser(suite.url);
    forged.cookies.set(
      name ?? "",
      value.replace(/.$/, (last) => (last === "A" ? "Q" : "A")),
    );
    expect((await signIn(person, forged)).status).toBe(429);
  });

  it("stays known when somebody else signs in with it, up to five people", async () => {
    const { person, browser } = await suite.member();
    for (let others = 0; others < 4; others++) {
      const { person: other } = await suite.member();
      expect((await signIn(other, browser)).status).toBe(200);
    }
    await close(person.email);
    expect((await signIn(person, browser)).status).toBe(200);
  });

  it("keeps its cookie from scripts, and nothing about the person is in it", async () => {
    const { person } = await suite.member();
    const answer = await signIn(person);
    const line = answer.headers.getSetCookie().find((cookie) => cookie.includes("known_browser")) ?? "";
    expect(line).toMatch(
      /^auth\.known_browser=[\w-]{22}\.\d{10}\.[\w-]{22}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it("is not known after a sign-up that only claims an address", async () => {
    const { person } = await suite.member();
    const claimant = new Browser(suite.url);
    await claimant.post("/api/auth/sign-up/email", { ...newPerson(), email: person.email });
    expect([...claimant.cookies.keys()]).toEqual([]);
  });
});

describe("the mailed link", () => {
  it("opens its browser's way once, makes no session, and leaves the account closed to others", async () => {
    const { person } = await suite.member();
    await close(person.email);
    const token = await unlockToken(person.email);
    const browsers = [1, 2, 3].map(() => new Browser(suite.url));
    const answers = await Promise.all(browsers.map((browser) => unlock(token, browser)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    for (const refused of answers.filter(({ status }) => status === 400)) await expectProblem(refused, "invalid_link");
    const opened = browsers[answers.findIndex(({ status }) => status === 200)] ?? new Browser(suite.url);
    for (const browser of browsers) if (browser !== opened) expect((await signIn(person, browser)).status).toBe(429);
    expect(await json(await opened.fetch("/api/auth/get-session"))).toBeNull();
    expect((await guess(person.email, opened)).status).toBe(401);
    expect((await signIn(person, opened)).status).toBe(200);
  });

  it("does not skip the second factor", async () => {
    const { person } = await suite.member();
    const enable = `update auth."user" set two_factor_enabled = true where email = $1`;
    await asOwner(suite.database, enable, [person.email]);
    await close(person.email);
    const browser = new Browser(suite.url);
    expect((await unlock(await unlockToken(person.email), browser)).status).toBe(200);
    const answer = await signIn(person, browser);
    expect([answer.status, await json(answer)]).toMatchObject([200, { twoFactorRedirect: true }]);
    expect(await json(await browser.fetch("/api/auth/get-session"))).toBeNull();
  });

  it("is mailed once each time the account closes, and stored as a hash", async () => {
    const { person } = await suite.member();
    await close(person.email);
    for (let tries = 0; tries < 5; tries++) expect((await guess(person.email)).status).toBe(429);
    const token = await unlockToken(person.email);
    const { db } = suite.gateway.dependencies.database;
    const rows = await db.select().from(mailToken).where(eq(mailToken.email, person.email));
    expect(rows).toMatchObject([{ purpose: "unlock", hash: createHash("sha256").update(token).digest("base64url") }]);
    await asOwner(
      suite.database,
      "update auth.attempt_counter set expires_at = now() where limit_name = 'account'",
      [],
    );
    suite.clock.advance(3_000);
    await close(person.email);
    await unlockToken(person.email, 2);
    expect(suite.smtp.lettersTo(person.email).filter(isUnlockMail)).toHaveLength(2);
  });

  it("expires", async () => {
    const { person } = await suite.member();
    await close(person.email);
    const token = await unlockToken(person.email);
    await asOwner(suite.database, "update auth.mail_token set expires_at = now() where email = $1", [person.email]);
    await expectProblem(await unlock(token), "invalid_link");
  });

  it("serves no other purpose, and no other link serves it", async () => {
    const { person } = await suite.member();
    await close(person.email);
    const token = await unlockToken(person.email);
    const reset = await new Browser(suite.url).post("/api/auth/reset-password", {
      token,
      newPassword: "another long one 4711",
    });
    expect(reset.status).toBe(400);
    const newcomer = newPerson();
    await new Browser(suite.url).post("/api/auth/sign-up/email", newcomer);
    await expectProblem(await unlock(await suite.linkTo(newcomer.email, "verify-email")), "invalid_link");
    expect((await unlock(token)).status).toBe(200);
  });

  it.each([undefined, 5, "", "x".repeat(201)])("a token that is none (%j) is refused", async (token) => {
    expect((await new Browser(suite.url).post("/api/auth/unlock", { token })).status).toBe(400);
  });

  it("leads to a page whose GET changes nothing", async () => {
    const { person } = await suite.member();
    await close(person.email);
    const token = await unlockToken(person.email);
    const page = await fetch(`${suite.url}/account/unlock#token=${token}`);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain('action="/api/auth/unlock"');
    expect((await signIn(person)).status).toBe(429);
    expect((await unlock(token)).status).toBe(200);
  });
});

it("an account that does not exist is closed in the same words, and nobody is mailed", async () => {
  const { person } = await suite.member();
  const { email } = newPerson();
  const texts = [];
  for (const address of [person.email, email]) {
    await close(address);
    const { requestId, detail, message, ...rest } = await json<Record<string, unknown>>(await guess(address));
    expect(message).toBe(detail);
    texts.push({ ...rest, detail: String(detail).replace(/\d+ seconds/, "n seconds") });
  }
  expect(texts[0]).toEqual(texts[1]);
  await unlockToken(person.email);
  expect(suite.smtp.lettersTo(email)).toEqual([]);
});

it("a password set by mail opens the account at once", async () => {
  const { person } = await suite.member();
  await close(person.email);
  await new Browser(suite.url).post("/api/auth/request-password-reset", { email: person.email });
  const token = await suite.linkTo(person.email, "reset-password", 3);
  const newPassword = "another long one 4711";
  const reset = await new Browser(suite.url).post("/api/auth/reset-password", { token, newPassword });
  expect(reset.status).toBe(200);
  expect((await signIn({ email: person.email, password: newPassword })).status).toBe(200);
});
