/** The audit trail of what is not everybody's every day: second factors, mailed links, limits, administration, machines. */
import { describe, expect, it } from "vitest";
import { type AuditTestRow, auditTrailOf } from "./harness/audit.ts";
import { Browser, type Credentials, newPerson, signUp } from "./harness/people.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway({
  env: {
    SMTP_URL: "smtp://127.0.0.1:1",
    MAIL_FROM: "no-reply@example.test",
    SIGN_UP: "open",
    TWO_FACTOR: "on",
    PASSKEYS: "on",
    AUTH_LIMIT_ACCOUNT: "3/15m",
    AUTH_LIMIT_MAIL_ACCOUNT: "2/15m",
  },
});
const trail = auditTrailOf(suite);
const discreet = useGateway({
  env: { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "no-reply@example.test", SIGN_UP: "verify" },
});

interface Case {
  readonly name: string;
  readonly expected: Partial<AuditTestRow>;
  readonly concerns: boolean;
  readonly fail: (browser: Browser, person: Credentials) => Promise<Response>;
}

const basic = `Basic ${Buffer.from("no-such-client:secret").toString("base64")}`;
const postForm = (path: string, form: Record<string, string>) =>
  fetch(suite.url + path, { method: "POST", headers: { authorization: basic }, body: new URLSearchParams(form) });

const failures: readonly Case[] = [
  {
    name: "a wrong password at a change of the password",
    expected: { kind: "password_change_failed", reason: "wrong_credentials" },
    concerns: true,
    fail: (browser) =>
      browser.post("/api/auth/change-password", {
        currentPassword: "not this one",
        newPassword: "a fine new passphrase",
      }),
  },
  {
    name: "a worthless reset link",
    expected: { kind: "password_reset_failed", reason: "link_refused" },
    concerns: false,
    fail: () =>
      new Browser(suite.url).post("/api/auth/reset-password", { token: "x", newPassword: "a fine new passphrase" }),
  },
  {
    name: "a worthless verification link",
    expected: { kind: "email_verification_failed", reason: "link_refused" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/auth/verify-email", { token: "x" }),
  },
  {
    name: "a worthless link of an e-mail change",
    expected: { kind: "email_change_failed", reason: "link_refused" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/auth/change-email/confirm", { token: "x" }),
  },
  {
    name: "a worthless unlock link",
    expected: { kind: "account_unlock_failed", reason: "link_refused" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/auth/unlock", { token: "x" }),
  },
  {
    name: "a wrong password at the second factor's set-up",
    expected: { kind: "two_factor_failed", reason: "wrong_credentials" },
    concerns: true,
    fail: (browser) => browser.post("/api/auth/two-factor/enable", { password: "not this one" }),
  },
  {
    name: "a wrong password at the account's deletion",
    expected: { kind: "account_deletion_refused", reason: "wrong_credentials" },
    concerns: true,
    fail: (browser) =>
      browser.fetch("/api/account", {
        method: "DELETE",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ password: "not this one" }),
      }),
  },
  {
    name: "a worthless link that would delete an account",
    expected: { kind: "account_deletion_refused", reason: "link_refused" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/account/deletion/confirm", { token: "x" }),
  },
  {
    name: "a worthless link that would keep an account",
    expected: { kind: "account_deletion_refused", reason: "link_refused" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/account/deletion/undo", { token: "x" }),
  },
  {
    name: "a code without a password before",
    expected: { kind: "two_factor_failed", reason: "wrong_code" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/auth/two-factor/verify-totp", { code: "000000" }),
  },
  {
    name: "a dangerous action in an old session",
    expected: { kind: "freshness_refused", reason: null },
    concerns: true,
    async fail(browser, { email }) {
      await trail.asOwner(`update auth.session set created_at = now() - interval '1 day'
        where user_id = (select id from auth."user" where email = '${email}')`);
      return browser.post("/api/auth/two-factor/enable", { password: "x" });
    },
  },
  {
    name: "administration by somebody who is no administrator",
    expected: { kind: "admin_refused", reason: "not_admin" },
    concerns: true,
    fail: (browser) => browser.fetch("/api/auth/admin/list-users"),
  },
  {
    name: "an unknown machine client",
    expected: { kind: "token_refused", reason: "invalid_client", client_id: "no-such-client" },
    concerns: false,
    fail: () => postForm("/oauth2/token", { grant_type: "client_credentials" }),
  },
  {
    name: "a passkey that nobody has",
    expected: { kind: "sign_in_failed", reason: "passkey_refused" },
    concerns: false,
    async fail() {
      const browser = new Browser(suite.url);
      await browser.fetch("/api/auth/passkey/generate-authenticate-options");
      const response = { id: "x", rawId: "x", type: "public-key", response: {} };
      return browser.post("/api/auth/passkey/verify-authentication", { response });
    },
  },
  {
    name: "a passkey without a challenge",
    expected: { kind: "sign_in_failed", reason: "passkey_refused" },
    concerns: false,
    fail: () =>
      new Browser(suite.url).post("/api/auth/passkey/verify-authentication", {
        response: { id: "x", rawId: "x", type: "public-key", response: {} },
      }),
  },
  {
    name: "a passkey that can't be added",
    expected: { kind: "passkey_refused", reason: "refused" },
    concerns: true,
    fail: (browser) => browser.post("/api/auth/passkey/verify-registration", { response: { id: "x" } }),
  },
  {
    name: "one mail too many",
    expected: { kind: "rate_limited", reason: "mail_account" },
    concerns: false,
    async fail() {
      const { email } = newPerson();
      const ask = () => new Browser(suite.url).post("/api/auth/request-password-reset", { email });
      for (let i = 0; i < 2; i++) await ask();
      await trail.forget();
      return ask();
    },
  },
  {
    name: "a try at a locked account",
    expected: { kind: "account_locked", reason: null },
    concerns: true,
    async fail(_browser, { email }) {
      const attempt = () => new Browser(suite.url).post("/api/auth/sign-in/email", { email, password: "not this one" });
      for (let i = 0; i < 3; i++) await attempt();
      await trail.forget();
      return attempt();
    },
  },
];

describe("a failure is exactly one row", () => {
  it.each(failures)("$name", async ({ expected, concerns, fail }) => {
    const person = newPerson();
    const browser = await signUp(suite.url, person);
    await trail.forget();
    const answer = await fail(browser, person);
    expect(answer.status, await answer.clone().text()).toBeGreaterThanOrEqual(400);
    const rows = await trail.rows();
    expect(rows).toEqual([expect.objectContaining({ ...expected, outcome: "failure" })]);
    expect(rows[0]?.subject).toBe(concerns ? await trail.subjectOf(person.email) : null);
  });
});

it("administration names both: who did it, and to whom", async () => {
  const [admin, person] = [newPerson(), newPerson()];
  const browser = await signUp(suite.url, admin);
  await signUp(suite.url, person);
  await trail.asOwner(`update auth."user" set role = 'admin' where email = '${admin.email}'`);
  const [{ id: userId } = {}] = await trail.asOwner(`select id from auth."user" where email = '${person.email}'`);
  await trail.forget();
  expect((await browser.fetch("/api/auth/admin/list-users")).status).toBe(200);
  expect((await browser.post("/api/auth/admin/ban-user", { userId })).status).toBe(200);
  expect((await browser.post("/api/auth/admin/unban-user", { userId })).status).toBe(200);
  const rows = await trail.rows();
  const [actor, subject] = [await trail.subjectOf(admin.email), await trail.subjectOf(person.email)];
  expect(rows.map((row) => [row.kind, row.actor, row.subject])).toEqual([
    ["admin_users_read", actor, actor],
    ["admin_user_banned", actor, subject],
    ["admin_user_unbanned", actor, subject],
  ]);
});

it("a right password before the second factor is no sign-in yet", async () => {
  const person = newPerson();
  await signUp(suite.url, person);
  await trail.asOwner(`with person as (update auth."user" set two_factor_enabled = true where email = '${person.email}' returning id)
    insert into auth."twoFactor" (id, secret, "backup_codes", user_id) select gen_random_uuid(), 'x', 'x', id from person`);
  await trail.forget();
  const answer = await new Browser(suite.url).post("/api/auth/sign-in/email", person);
  expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
  const subject = await trail.subjectOf(person.email);
  expect((await trail.rows()).map((row) => [row.kind, row.subject])).toEqual([["two_factor_challenged", subject]]);
});

it("a taken address that the answer hides is told to the trail, in as many rows as a new one", async () => {
  const hidden = auditTrailOf(discreet);
  const person = newPerson();
  await hidden.forget();
  for (let i = 0; i < 2; i++) {
    const answer = await new Browser(discreet.url).post("/api/auth/sign-up/email", person);
    expect(answer.status).toBe(200);
  }
  const subject = await hidden.subjectOf(person.email);
  expect((await hidden.rows()).map((row) => [row.kind, row.reason, row.subject])).toEqual([
    ["sign_up", null, subject],
    ["sign_up_refused", "account_exists", subject],
  ]);
});
