/** What mailed links do: confirm an address, set a new password, move an account to another address. */
import { mailToken } from "@auth-gateway/shared-schema/accounts";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { useMailingGateway } from "./harness/mails.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, newPerson } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { duringTransaction } from "./harness/races.ts";
import { eventually } from "./harness/wait.ts";

const suite = useMailingGateway();

const post = (path: string, body: unknown, browser = new Browser(suite.url)) => browser.post(`/api/auth${path}`, body);
const signIn = (email: string, password: string, browser = new Browser(suite.url)) =>
  post("/sign-in/email", { email, password }, browser);
const sessionOf = async (browser: Browser) =>
  json<{ user: { email: string; emailVerified: boolean } } | null>(await browser.fetch("/api/auth/get-session"));
const INVALID = { code: "INVALID_TOKEN" };

async function expectInvalid(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  expect([response.status, await response.json()]).toMatchObject([400, INVALID]);
}

describe("a mailed link", () => {
  it("is stored as a hash only, and dies with its use", async () => {
    const person = newPerson();
    await post("/sign-up/email", person);
    const token = await suite.linkTo(person.email, "verify-email");
    const { db } = suite.gateway.dependencies.database;
    const rows = await db.select().from(mailToken).where(eq(mailToken.email, person.email));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    const answers = await Promise.all([1, 2, 3].map(() => post("/verify-email", { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    await expectInvalid(post("/verify-email", { token }));
    expect(await db.select().from(mailToken).where(eq(mailToken.email, person.email))).toEqual([]);
  });

  it("serves its one purpose only", async () => {
    const person = newPerson();
    await post("/sign-up/email", person);
    const token = await suite.linkTo(person.email, "verify-email");
    await expectInvalid(post("/reset-password", { token, newPassword: "another password" }));
    await expectInvalid(post("/change-email/confirm", { token }));
    expect((await post("/verify-email", { token })).status).toBe(200);
  });

  it("expires after an hour", async () => {
    const person = newPerson();
    await post("/sign-up/email", person);
    const token = await suite.linkTo(person.email, "verify-email");
    const { db } = suite.gateway.dependencies.database;
    const [row] = await db.select().from(mailToken).where(eq(mailToken.email, person.email));
    expect(Math.round((Number(row?.expiresAt) - Number(row?.createdAt)) / 60_000)).toBe(60);
    await asOwner(suite.database, "update auth.mail_token set expires_at = now() where email = $1", [person.email]);
    await expectInvalid(post("/verify-email", { token }));
  });

  it.each(["", "x".repeat(201), "unknown"])("that is made up is refused: %j", async (token) => {
    expect((await post("/verify-email", { token })).status).toBe(400);
    expect((await post("/reset-password", { token, newPassword: "another password" })).status).toBe(400);
  });

  it("is acted on by POST only", async () => {
    for (const path of ["/verify-email", "/reset-password", "/change-email/confirm"]) {
      await expectProblem(await fetch(`${suite.url}/api/auth${path}?token=x`), "method_not_allowed");
    }
    await expectProblem(await fetch(`${suite.url}/api/auth/reset-password/x?callbackURL=/`), "not_found");
  });
});

describe("a page behind a link", () => {
  it.each(["verify-email", "reset-password", "change-email"])(
    "%s loads its own script and nothing else",
    async (page) => {
      const response = await fetch(`${suite.url}/account/${page}`);
      const html = await response.text();
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("content-security-policy")).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("referrer-policy")).toBe("no-referrer");
      expect(html.match(/<script[^>]*>(?!<\/script>)/g)).toBeNull();
      expect(html).not.toMatch(/\son\w+=|style=/);
      expect(html).toContain(page === "change-email" ? "/api/auth/change-email/confirm" : `/api/auth/${page}`);
    },
  );

  it("has its script and its style", async () => {
    const script = await fetch(`${suite.url}/account/account.js`);
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(await script.text()).toContain("location.hash");
    expect((await fetch(`${suite.url}/account/account.css`)).headers.get("content-type")).toMatch(/^text\/css/);
  });
});

describe("a password reset", () => {
  it("sets the new password, ends every session, confirms the address, and tells the owner", async () => {
    const person = newPerson();
    await post("/sign-up/email", person);
    await suite.mailsTo(person.email);
    expect(await json(await post("/request-password-reset", { email: person.email.toUpperCase() }))).toMatchObject({
      status: true,
    });
    const token = await suite.linkTo(person.email, "reset-password", 2);
    expect((await post("/reset-password", { token, newPassword: "short" })).status).toBe(400);
    expect((await post("/reset-password", { token, newPassword: "a quite new password" })).status).toBe(200);
    const [, , notice] = await suite.mailsTo(person.email, 3);
    expect(notice?.subject).toBe("Your password was changed");
    expect((await signIn(person.email, person.password)).status).toBe(401);
    expect((await signIn(person.email, "a quite new password")).status).toBe(200);
    await expectInvalid(post("/reset-password", { token, newPassword: "a third password" }));
  });

  it("ends the sessions of whoever was in, and makes every other link void", async () => {
    const { person, browser } = await suite.member();
    for (let i = 0; i < 2; i++) await post("/request-password-reset", { email: person.email });
    const letters = await suite.mailsTo(person.email, 3);
    const tokens = letters.map(({ text }) => /reset-password#token=([\w-]+)/.exec(text ?? "")?.[1]).filter(Boolean);
    expect(tokens).toHaveLength(2);
    expect((await post("/reset-password", { token: tokens[0], newPassword: "a quite new password" })).status).toBe(200);
    expect(await sessionOf(browser)).toBeNull();
    await expectInvalid(post("/reset-password", { token: tokens[1], newPassword: "a third password" }));
  });
});

describe("a change of the password", () => {
  it("ends all other sessions, keeps this one, and tells the owner", async () => {
    const { person, browser } = await suite.member();
    const other = new Browser(suite.url);
    await signIn(person.email, person.password, other);
    const change = {
      currentPassword: person.password,
      newPassword: "a quite new password",
      revokeOtherSessions: false,
    };
    expect((await post("/change-password", { ...change, currentPassword: "wrong password" }, browser)).status).toBe(
      400,
    );
    expect((await sessionOf(other))?.user.email).toBe(person.email);
    expect((await post("/change-password", change, browser)).status).toBe(200);
    expect(await sessionOf(other)).toBeNull();
    expect((await sessionOf(browser))?.user.email).toBe(person.email);
    const letters = await suite.mailsTo(person.email, 2);
    expect(letters.map(({ subject }) => subject)).toEqual(["Confirm your e-mail address", "Your password was changed"]);
  });
});

describe("a change of the address", () => {
  it("happens once the new address is confirmed, and tells the old one", async () => {
    const { person, browser } = await suite.member();
    const newEmail = newPerson().email;
    expect(await json(await post("/change-email", { newEmail }, browser))).toEqual({ status: true });
    expect((await sessionOf(browser))?.user.email).toBe(person.email);
    expect((await suite.mailsTo(person.email, 2)).at(-1)?.text).toContain(newEmail);
    const token = await suite.linkTo(newEmail, "change-email");
    expect((await post("/change-email/confirm", { token })).status).toBe(200);
    expect((await sessionOf(browser))?.user).toMatchObject({ email: newEmail, emailVerified: true });
    expect((await suite.mailsTo(person.email, 3)).at(-1)?.subject).toBe("Your e-mail address was changed");
    await expectInvalid(post("/change-email/confirm", { token }));
    expect((await signIn(person.email, person.password)).status).toBe(401);
    expect((await signIn(newEmail, person.password)).status).toBe(200);
  });

  it("to a taken address looks like any other, and its owner is told", async () => {
    const { person: owner } = await suite.member();
    const { person, browser } = await suite.member();
    const free = await post("/change-email", { newEmail: newPerson().email }, browser);
    const taken = await post("/change-email", { newEmail: owner.email }, browser);
    expect([taken.status, await taken.text()]).toEqual([free.status, await free.text()]);
    const letters = await suite.mailsTo(owner.email, 2);
    expect(letters.at(-1)).toMatchObject({ subject: "This address has an account already" });
    expect(letters.at(-1)?.text).not.toContain("http");
    expect((await suite.mailsTo(person.email, 3)).at(-1)?.text).toContain(owner.email);
  });

  it("that somebody else took meanwhile does not happen", async () => {
    const { browser } = await suite.member();
    const wanted = newPerson();
    await post("/change-email", { newEmail: wanted.email }, browser);
    const token = await suite.linkTo(wanted.email, "change-email");
    await post("/sign-up/email", wanted);
    await expectInvalid(post("/change-email/confirm", { token }));
  });

  it("that somebody else takes at the same moment does not happen", async () => {
    const { person, browser } = await suite.member();
    const { email } = newPerson();
    await post("/change-email", { newEmail: email }, browser);
    const token = await suite.linkTo(email, "change-email");
    const taken = `insert into auth."user" (id, name, email) values (gen_random_uuid(), 'Eve', $1)`;
    await expectInvalid(
      duringTransaction(suite.database, taken, [email], () => post("/change-email/confirm", { token })),
    );
    expect((await sessionOf(browser))?.user.email).toBe(person.email);
  });

  it("is made void by a change of the password", async () => {
    const { person, browser } = await suite.member();
    const { email } = newPerson();
    await post("/change-email", { newEmail: email }, browser);
    const token = await suite.linkTo(email, "change-email");
    const change = { currentPassword: person.password, newPassword: "a quite new password" };
    expect((await post("/change-password", change, browser)).status).toBe(200);
    await expectInvalid(post("/change-email/confirm", { token }));
  });

  it("needs a session", async () => {
    await expectProblem(await post("/change-email", { newEmail: newPerson().email }), "authentication_required");
  });
});

// The last test: the clock stays where it was moved.
it("a link that was never used leaves no address behind", async () => {
  const { email } = newPerson();
  await post("/sign-up/email", { ...newPerson(), email });
  await asOwner(suite.database, "update auth.mail_token set expires_at = now() where email = $1", [email]);
  suite.clock.advance(15 * 60_000);
  const find = "select from auth.mail_token where email = $1";
  await eventually(async () => (await asOwner(suite.database, find, [email])).length === 0);
});
