/** A sign-in takes a while: what happens to the account meanwhile holds for it, too. */
import { describe, expect, it } from "vitest";
import { useMailingGateway } from "./harness/mails.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, type Credentials } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { duringSessionInsert, duringTransaction } from "./harness/races.ts";

const suite = useMailingGateway({ TWO_FACTOR: "on" });
const NEW_PASSWORD = "a quite new password";

const post = (path: string, body: unknown, browser = new Browser(suite.url)) => browser.post(`/api/auth${path}`, body);
const sessionsOf = (email: string) =>
  asOwner(suite.database, `select s.id from auth.session s join auth."user" u on u.id = s.user_id where email = $1`, [
    email,
  ]);

async function resetLink({ email }: Credentials): Promise<string> {
  await post("/request-password-reset", { email });
  const letters = suite.smtp.lettersTo(email).length;
  return suite.linkTo(email, "reset-password", letters + 1);
}

const reset = (token: string) => post("/reset-password", { token, newPassword: NEW_PASSWORD });

/** With the first of its backup codes. */
async function withSecondFactor(): Promise<{ person: Credentials; browser: Browser; code: string }> {
  const { person, browser } = await suite.member();
  const { backupCodes } = await json<{ backupCodes: string[] }>(
    await post("/two-factor/enable", { password: person.password }, browser),
  );
  await asOwner(
    suite.database,
    `with u as (update auth."user" set two_factor_enabled = true where email = $1 returning id)
     update auth."twoFactor" t set verified = true from u where t.user_id = u.id`,
    [person.email],
  );
  return { person, browser, code: backupCodes[0] ?? "" };
}

describe("a sign-in with the old password", () => {
  it("that ends after a reset of the password opens nothing", async () => {
    const { person } = await suite.member();
    const token = await resetLink(person);
    const answer = await duringSessionInsert(
      suite.database,
      () => post("/sign-in/email", person),
      async () => expect((await reset(token)).status).toBe(200),
    );
    expect([answer.status, await json(answer)]).toMatchObject([401, { code: "INVALID_EMAIL_OR_PASSWORD" }]);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await sessionsOf(person.email)).toEqual([]);
    expect((await post("/sign-in/email", { ...person, password: NEW_PASSWORD })).status).toBe(200);
  });

  it("that ends after a ban opens nothing", async () => {
    const { person } = await suite.member();
    const answer = await duringSessionInsert(
      suite.database,
      () => post("/sign-in/email", person),
      () =>
        asOwner(
          suite.database,
          `with u as (update auth."user" set banned = true where email = $1 returning id)
           delete from auth.session s using u where s.user_id = u.id`,
          [person.email],
        ),
    );
    expect([answer.status, await json(answer)]).toMatchObject([403, { code: "BANNED_USER" }]);
    expect(await sessionsOf(person.email)).toEqual([]);
  });

  it("that asks for a code can't be gone on with after a reset", async () => {
    const { person, code } = await withSecondFactor();
    const token = await resetLink(person);
    const browser = new Browser(suite.url);
    await duringSessionInsert(
      suite.database,
      () => post("/sign-in/email", person, browser),
      async () => expect((await reset(token)).status).toBe(200),
    );
    expect((await post("/two-factor/verify-backup-code", { code }, browser)).status).toBe(401);
    expect(await sessionsOf(person.email)).toEqual([]);
  });

  it("whose code ends after a reset opens nothing", async () => {
    const { person, code } = await withSecondFactor();
    const token = await resetLink(person);
    const browser = new Browser(suite.url);
    expect(await json(await post("/sign-in/email", person, browser))).toMatchObject({ twoFactorRedirect: true });
    const answer = await duringSessionInsert(
      suite.database,
      () => post("/two-factor/verify-backup-code", { code, trustDevice: true }, browser),
      async () => expect((await reset(token)).status).toBe(200),
    );
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await sessionsOf(person.email)).toEqual([]);
  });
});

it("one statement more is what a sign-in costs for it", async () => {
  const { person } = await suite.member();
  const statements = await suite.gateway.queriesDuring(() => post("/sign-in/email", person));
  expect(statements.filter((sql) => sql.includes("auth.confirm_sign_in"))).toHaveLength(1);
});

describe("a change of the password by the old one", () => {
  it("does not undo a reset that came first", async () => {
    const { person, browser } = await suite.member();
    const change = { currentPassword: person.password, newPassword: "the thief's password" };
    const ofPerson = `(select id from auth."user" where email = $1)`;
    const answer = await duringTransaction(
      suite.database,
      `with u as (select id from auth."user" where email = $1 for update)
       update auth.account a set password = 'the owner''s' from u where a.user_id = u.id`,
      [person.email],
      () => post("/change-password", change, browser),
    );
    expect([answer.status, await json(answer)]).toMatchObject([400, { code: "INVALID_PASSWORD" }]);
    const stored = `select password from auth.account where user_id = ${ofPerson}`;
    expect(await asOwner(suite.database, stored, [person.email])).toEqual([{ password: "the owner's" }]);
  });

  it("and turning second factors off end trust in browsers, and the tries under way", async () => {
    const { person, browser, code } = await withSecondFactor();
    const pending = async () =>
      asOwner(
        suite.database,
        `select identifier from auth.verification v join auth."user" u on v.value = u.id::text where u.email = $1`,
        [person.email],
      );
    const trusted = new Browser(suite.url);
    await post("/sign-in/email", person, trusted);
    expect((await post("/two-factor/verify-backup-code", { code, trustDevice: true }, trusted)).status).toBe(200);
    await post("/sign-in/email", person);
    expect(await pending()).toHaveLength(2);
    expect((await post("/two-factor/disable", { password: person.password }, browser)).status).toBe(200);
    expect(await pending()).toEqual([]);
  });

  // The last test: mails wait for a clock that was set back.
  it("wants a recent sign-in of those who have a second factor, and makes no session fresher", async () => {
    const { person, browser } = await withSecondFactor();
    const change = (newPassword: string, currentPassword: string) =>
      post("/change-password", { currentPassword, newPassword }, browser);
    const age = async () =>
      (await json<{ session: { createdAt: string } }>(await browser.fetch("/api/auth/get-session"))).session.createdAt;
    const before = await age();
    expect((await change(NEW_PASSWORD, person.password)).status).toBe(200);
    expect(await age()).toBe(before);
    suite.clock.advance(11 * 60_000);
    const stale = await change("one more password", NEW_PASSWORD);
    const deletion = await browser.fetch("/api/account", {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ password: NEW_PASSWORD }),
    });
    suite.clock.advance(-11 * 60_000);
    for (const refused of [stale, deletion]) await expectProblem(refused, "session_not_fresh");
  });
});
