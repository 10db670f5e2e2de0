/** Whoever signs an address up that is not theirs leaves no way in behind for when its owner comes. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { useMailingGateway } from "./harness/mails.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, type Credentials, newPerson, signUp } from "./harness/people.ts";
import { json } from "./harness/problems.ts";

const suite = useMailingGateway({ SIGN_UP: "open", TWO_FACTOR: "on" });

const post = (path: string, body: unknown, browser = new Browser(suite.url)) => browser.post(`/api/auth${path}`, body);

/** An account with everything that opens one, made by somebody who never saw the mailbox. */
async function planted(): Promise<{ person: Credentials; browser: Browser; userId: string }> {
  const person = newPerson();
  const browser = await signUp(suite.url, person);
  const { user } = await json<{ user: { id: string } }>(await browser.fetch("/api/auth/get-session"));
  const rows = [
    `insert into auth.passkey (id, public_key, user_id, credential_id, counter, device_type, backed_up)
       values ($2, 'k', $1, $2::text, 0, 'singleDevice', false)`,
    `insert into auth."twoFactor" (id, secret, backup_codes, user_id) values ($2, 's', 'b', $1)`,
    `insert into auth.account (id, account_id, provider_id, user_id) values ($2, $2::text, 'github', $1)`,
    `insert into auth.verification (id, identifier, value, expires_at)
       values ($2, 'trust-device-' || $2::text, $1::text, now() + interval '1 day')`,
    `insert into auth.verification (id, identifier, value, expires_at)
       values ($2, 'state', '{"link":{"userId":"' || $1::text || '"}}', now() + interval '1 day')`,
  ];
  for (const row of rows) {
    await asOwner(suite.database, row.replace("$1,", "$1::uuid,").replace("($2,", "($2::uuid,"), [
      user.id,
      randomUUID(),
    ]);
  }
  await asOwner(suite.database, `update auth."user" set two_factor_enabled = true where id = $1`, [user.id]);
  return { person, browser, userId: user.id };
}

const left = (userId: string) =>
  asOwner(
    suite.database,
    `select (select count(*)::int from auth.passkey where user_id = u.id) as passkeys,
            (select count(*)::int from auth."twoFactor" where user_id = u.id) as codes,
            (select string_agg(provider_id, ',' order by provider_id) from auth.account where user_id = u.id) as accounts,
            (select count(*)::int from auth.verification where position(u.id::text in value) > 0) as pending,
            (select count(*)::int from auth.session where user_id = u.id) as sessions,
            two_factor_enabled, email_verified
       from auth."user" u where id = $1`,
    [userId],
  );

const NOTHING = { passkeys: 0, codes: 0, accounts: "credential", pending: 0, sessions: 0, two_factor_enabled: false };
const ALL = { passkeys: 1, codes: 1, accounts: "credential,github", two_factor_enabled: true };

describe("the first proof of the mailbox", () => {
  it("by a reset of the password takes all away that was there before", async () => {
    const { person, browser, userId } = await planted();
    await post("/request-password-reset", { email: person.email });
    const token = await suite.linkTo(person.email, "reset-password", 2);
    expect(await left(userId)).toMatchObject([ALL]);
    expect((await post("/reset-password", { token, newPassword: "the owner's password" })).status).toBe(200);
    expect(await left(userId)).toEqual([{ ...NOTHING, email_verified: true }]);
    expect(await json(await browser.fetch("/api/auth/get-session"))).toBeNull();
    const answer = await post("/sign-in/email", { ...person, password: "the owner's password" });
    expect(await json(answer)).toMatchObject({ user: { email: person.email } });
  });

  it("by the verification link does so, too", async () => {
    const { person, userId } = await planted();
    const token = await suite.linkTo(person.email, "verify-email");
    expect((await post("/verify-email", { token })).status).toBe(200);
    expect(await left(userId)).toEqual([{ ...NOTHING, email_verified: true }]);
  });

  it("by the verification link leaves of two ways in the one that made the account", async () => {
    const { person, userId } = await planted();
    await asOwner(
      suite.database,
      "update auth.account set created_at = now() - interval '1 day' where user_id = $1 and provider_id = 'github'",
      [userId],
    );
    const token = await suite.linkTo(person.email, "verify-email");
    expect((await post("/verify-email", { token })).status).toBe(200);
    expect(await left(userId)).toMatchObject([{ accounts: "github" }]);
  });

  it("where its reader is signed in takes nothing away", async () => {
    const { person, browser, userId } = await planted();
    const token = await suite.linkTo(person.email, "verify-email");
    expect((await post("/verify-email", { token }, browser)).status).toBe(200);
    expect(await left(userId)).toMatchObject([{ ...ALL, sessions: 1, email_verified: true }]);
  });

  it("where somebody else is signed in is no exception", async () => {
    const { person, userId } = await planted();
    const token = await suite.linkTo(person.email, "verify-email");
    expect((await post("/verify-email", { token }, await signUp(suite.url))).status).toBe(200);
    expect(await left(userId)).toMatchObject([NOTHING]);
  });
});

it("a later reset leaves passkeys and second factors alone, and ends what is pending", async () => {
  const { person, browser, userId } = await planted();
  const verify = await suite.linkTo(person.email, "verify-email");
  expect((await post("/verify-email", { token: verify }, browser)).status).toBe(200);
  await post("/request-password-reset", { email: person.email });
  const token = await suite.linkTo(person.email, "reset-password", 2);
  expect((await post("/reset-password", { token, newPassword: "the owner's password" })).status).toBe(200);
  expect(await left(userId)).toMatchObject([{ ...ALL, pending: 0, sessions: 0 }]);
});
