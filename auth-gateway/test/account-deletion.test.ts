/** The deletion of an account, from the request to the receipt, with mails. */
import { describe, expect, it } from "vitest";
import { digestOf } from "../src/revocation/digest.ts";
import { auditTrailOf } from "./harness/audit.ts";
import { useMailingGateway } from "./harness/mails.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, type Credentials } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";

const suite = useMailingGateway();
const trail = auditTrailOf(suite);

interface Member {
  readonly person: Credentials;
  readonly browser: Browser;
}

const remove = (browser: Browser, body: object) =>
  browser.fetch("/api/account", {
    method: "DELETE",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const viewOf = async (browser: Browser) =>
  json<{ user: { email: string }; deletion: Record<string, unknown> | null; passwordSet: boolean }>(
    await browser.fetch("/api/account"),
  );

const post = (path: string, body: object) => new Browser(suite.url).post(path, body);

/** Asks for the deletion and uses the mailed link. */
async function schedule({ person, browser }: Member, when: "grace" | "now" = "grace"): Promise<Response> {
  expect((await remove(browser, { password: person.password, when })).status).toBe(202);
  const token = await suite.linkTo(person.email, "confirm-deletion", 2);
  const answer = await post("/api/account/deletion/confirm", { token });
  // A mail that still waits would go with the account.
  if (when === "grace") await suite.mailsTo(person.email, 3);
  return answer;
}

const comeDue = ({ person }: Member, offset = "0") =>
  asOwner(
    suite.database,
    `update auth.account_deletion d set erases_at = now() + $2::interval, next_try_at = now() + $2::interval
       from auth."user" u where u.id = d.user_id and u.email = $1`,
    [person.email, offset],
  );

const round = () => suite.gateway.dependencies.erasures.worker.round();

const usersWith = async (email: string) =>
  (await asOwner(suite.database, 'select from auth."user" where email = $1', [email])).length;

async function tokenOf(browser: Browser): Promise<string> {
  return (await json<{ token: string }>(await browser.fetch("/api/auth/token"))).token;
}

describe("a request", () => {
  it("needs the password or a fresh session, and a session at all", async () => {
    const { person, browser } = await suite.member();
    await expectProblem(await remove(new Browser(suite.url), {}), "authentication_required");
    await expectProblem(await remove(browser, { password: "not this one" }), "wrong_password");
    await expectProblem(await remove(browser, { when: "soon" }), "invalid_request");
    suite.clock.advance(11 * 60_000);
    await expectProblem(await remove(browser, {}), "session_not_fresh");
    expect(await viewOf(browser)).toMatchObject({ user: { email: person.email }, deletion: null, passwordSet: true });
    expect((await remove(browser, { password: person.password })).status).toBe(202);
    expect(await viewOf(browser)).toMatchObject({ deletion: { status: "confirm", erasesAt: null } });
    await expectProblem(await remove(browser, { password: person.password }), "rate_limited");
  });

  it("changes nothing until the link is used; a newer one makes it void, and it expires", async () => {
    const { person, browser } = await suite.member();
    await remove(browser, { password: person.password });
    const first = await suite.linkTo(person.email, "confirm-deletion", 2);
    const hour = "update auth.account_deletion set requested_at = now() - interval '59 minutes'";
    await asOwner(suite.database, hour);
    await remove(browser, { password: person.password, when: "now" });
    const second = await suite.linkTo(person.email, "confirm-deletion", 3);
    await expectProblem(await post("/api/account/deletion/confirm", { token: first }), "invalid_link");
    await expectProblem(await post("/api/account/deletion/undo", { token: second }), "invalid_link");
    await asOwner(suite.database, "update auth.account_deletion set link_expires_at = now()");
    await expectProblem(await post("/api/account/deletion/confirm", { token: second }), "invalid_link");
    expect(await viewOf(browser)).toMatchObject({ deletion: null });
    await round();
    expect(await asOwner(suite.database, "select from auth.account_deletion where status = 'confirm'")).toEqual([]);
  });
});

describe("a confirmed deletion", () => {
  it("ends sessions and tokens at once, and refuses sign-ins only to who knows the password", async () => {
    const member = await suite.member();
    const { person, browser } = member;
    const token = await tokenOf(browser);
    const { sub } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const feedBefore = await readFeed();
    const answer = await json<{ erasesAt: string }>(await schedule(member));
    expect(Date.parse(answer.erasesAt) - Date.now()).toBeGreaterThan(19.9 * 3_600_000);

    await expectProblem(await browser.fetch("/api/account"), "authentication_required");
    expect((await browser.fetch("/api/auth/token")).status).toBe(401);
    const live = await asOwner(suite.database, "select from auth.live_session where user_id = $1", [sub]);
    expect(live).toEqual([]);
    const feed = await readFeed();
    expect(feed.cursor).toBeGreaterThan(feedBefore.cursor);
    expect(feed.subjects[digestOf(sub)]).toBeGreaterThan(Date.now() / 1000 - 10);

    const wrong = await post("/api/auth/sign-in/email", { email: person.email, password: "not this one" });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ code: "INVALID_EMAIL_OR_PASSWORD" });
    const right = await post("/api/auth/sign-in/email", person);
    expect(await expectProblem(right, "account_in_deletion")).toHaveProperty("message");
    expect(right.headers.getSetCookie().filter((line) => line.includes("session_token="))).toEqual([]);
    const rows = await trail.rows();
    expect(rows).toContainEqual(expect.objectContaining({ kind: "sign_in_failed", reason: "deletion_pending" }));
    expect(rows).toContainEqual(expect.objectContaining({ kind: "account_deletion_scheduled" }));
  });

  it("is undone by the mailed link at the last minute: everything is back, and sign-in works", async () => {
    const member = await suite.member();
    const { person, browser } = member;
    await browser.post("/api/auth/update-user", { name: "Ada the First" });
    await schedule(member);
    const undo = await suite.linkTo(person.email, "undo-deletion", 3);
    await comeDue(member, "20 seconds");
    await round();
    expect(await usersWith(person.email)).toBe(1);
    expect((await post("/api/account/deletion/undo", { token: undo })).status).toBe(200);
    await expectProblem(await post("/api/account/deletion/undo", { token: undo }), "invalid_link");
    const again = new Browser(suite.url);
    expect((await again.post("/api/auth/sign-in/email", person)).status).toBe(200);
    expect(await viewOf(again)).toMatchObject({ user: { name: "Ada the First" }, deletion: null, passwordSet: true });
    expect((await suite.mailsTo(person.email, 4)).at(-1)?.subject).toBe("Your account stays");
    await round();
    expect(await usersWith(person.email)).toBe(1);
  });

  it("can't be undone any more once it is due", async () => {
    const member = await suite.member();
    await schedule(member);
    const undo = await suite.linkTo(member.person.email, "undo-deletion", 3);
    await comeDue(member);
    await expectProblem(await post("/api/account/deletion/undo", { token: undo }), "invalid_link");
  });

  it("is carried out with a receipt, and the address can sign up again", async () => {
    const member = await suite.member();
    const { person } = member;
    const subject = await trail.subjectOf(person.email);
    await schedule(member);
    await comeDue(member);
    await round();
    expect(await usersWith(person.email)).toBe(0);
    const [receipt] = (await asOwner(
      suite.database,
      "select * from auth.erasure_receipt order by erased_at desc limit 1",
    )) as Record<string, Record<string, number>>[];
    expect(receipt?.["found"]).toMatchObject({ "auth.user": 1, "auth.account": 1, "rag.message": 0 });
    expect(new Set(Object.values(receipt?.["remaining"] ?? {}))).toEqual(new Set([0]));
    const letter = (await suite.mailsTo(person.email, 4)).at(-1);
    expect(letter?.text).toContain(`the receipt ${receipt?.["id"]}`);
    expect(letter?.text).toContain("1 in auth.user");
    expect(await trail.allRows()).toContainEqual(
      expect.objectContaining({ kind: "account_erased", reason: "request", subject }),
    );
    expect(await asOwner(suite.database, "select from auth.audit_subject where subject = $1", [subject])).toEqual([]);
    await post("/api/auth/sign-up/email", person);
    const link = await suite.linkTo(person.email, "verify-email", 5);
    expect((await post("/api/auth/verify-email", { token: link })).status).toBe(200);
    expect((await post("/api/auth/sign-in/email", person)).status).toBe(200);
  });

  it("now takes no grace, and offers nothing to undo", async () => {
    const member = await suite.member();
    await schedule(member, "now");
    await round();
    expect(await usersWith(member.person.email)).toBe(0);
    const texts = (await suite.mailsTo(member.person.email, 3)).map(({ text }) => text).join();
    expect(texts).not.toContain("undo-deletion");
  });
});

describe("an erasure that would leave something behind", () => {
  it("changes nothing, is stuck, is told of, and ends right once the cause is gone", async () => {
    const member = await suite.member();
    const { person } = member;
    const [user] = (await asOwner(suite.database, 'select id from auth."user" where email = $1', [person.email])) as {
      id: string;
    }[];
    await asOwner(suite.database, "create table rag.stray (user_id uuid)");
    await asOwner(suite.database, "grant select on rag.stray to rag_system");
    await asOwner(suite.database, "insert into rag.stray values ($1)", [user?.id]);
    await schedule(member);
    await comeDue(member);
    await round();
    expect(await usersWith(person.email)).toBe(1);
    expect(await asOwner(suite.database, "select status, problem from auth.account_deletion")).toContainEqual({
      status: "stuck",
      problem: "rag.stray",
    });
    const { worker } = suite.gateway.dependencies.erasures;
    expect(worker.backlog).toMatchObject({ stuck: 1 });
    expect(await trail.rows()).toContainEqual(expect.objectContaining({ kind: "account_erasure_stuck" }));
    await asOwner(suite.database, "drop table rag.stray");
    await comeDue(member);
    await round();
    expect(await usersWith(person.email)).toBe(0);
    expect(worker.backlog).toMatchObject({ stuck: 0 });
  });
});

async function readFeed(): Promise<{ cursor: number; subjects: Record<string, number> }> {
  suite.clock.advance(4_000);
  const jws = await (await fetch(`${suite.url}/.well-known/revocations`)).text();
  return JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString());
}
