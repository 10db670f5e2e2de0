/** Administration: who may, what it does to the others at once, and what nobody is offered. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createAuthClient } from "better-auth/client";
import { adminClient } from "better-auth/client/plugins";
import { describe, expect, it } from "vitest";
import { testEnvironment } from "./harness/environment.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, type Credentials, newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();
const cli = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

function command(...args: string[]) {
  const env = { PATH: process.env["PATH"], ...testEnvironment(suite.database.authGatewayUrl) };
  return promisify(execFile)(process.execPath, ["--import", "tsx", cli, ...args], { env });
}

async function member(person: Credentials = newPerson()) {
  const browser = await signUp(suite.url, person);
  const { user, session } = await json<{ user: { id: string }; session: { id: string } }>(
    await browser.fetch("/api/auth/get-session"),
  );
  return { person, browser, id: user.id, sessionId: session.id };
}

async function administrator() {
  const somebody = await member();
  await asOwner(suite.database, `update auth."user" set role = 'admin' where id = $1`, [somebody.id]);
  return somebody;
}

const post = (browser: Browser, path: string, body: unknown) => browser.post(`/api/auth/admin${path}`, body);

const isLive = async (id: string) =>
  (await asOwner(suite.database, "select from auth.live_session where id = $1", [id])).length === 1;

describe("make admin", () => {
  it("makes the first one, effective with the next request", async () => {
    const { person, browser } = await member();
    expect((await browser.fetch("/api/auth/admin/list-users")).status).toBe(403);
    const { stdout } = await command("admin", `email=${person.email.toUpperCase()}`);
    expect(stdout).toMatch(/is an administrator/);
    expect((await browser.fetch("/api/auth/admin/list-users")).status).toBe(200);
  });

  it.each([
    [[], /make admin email=/],
    [["email=nobody@example.test"], /No account has the address/],
  ])("explains what it can't do: %j", async (args, expected) => {
    await expect(command("admin", ...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(expected) });
  });
});

describe("an administrator", () => {
  it("lists and finds users, with the stock client", async () => {
    const { browser } = await administrator();
    const { person, id } = await member();
    const client = createAuthClient({
      baseURL: suite.url,
      plugins: [adminClient()],
      fetchOptions: { customFetchImpl: browser.fetch },
    });
    const found = await client.admin.listUsers({
      query: { searchField: "email", searchOperator: "contains", searchValue: person.email, limit: 5 },
    });
    expect(found.data?.users).toMatchObject([{ id, email: person.email, role: "user", banned: false }]);
    expect(JSON.stringify(found.data)).not.toMatch(/password|argon2/);
  });

  it("bans: every session ends, at the gateway and for rag-api, and a sign-in is refused", async () => {
    const { browser: admin } = await administrator();
    const { person, browser, id, sessionId } = await member();
    expect(await isLive(sessionId)).toBe(true);
    expect((await post(admin, "/ban-user", { userId: id, banReason: "spam" })).status).toBe(200);
    expect(await isLive(sessionId)).toBe(false);
    await expectProblem(await browser.fetch("/api/auth/token"), "authentication_required");
    const refused = await browser.post("/api/auth/sign-in/email", person);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: "BANNED_USER" }]);
    const guess = await browser.post("/api/auth/sign-in/email", { ...person, password: "not the password" });
    expect(guess.status).toBe(401);
    expect((await post(admin, "/unban-user", { userId: id })).status).toBe(200);
    expect((await browser.post("/api/auth/sign-in/email", person)).status).toBe(200);
  });

  it("whose ban is only a flag in the database holds for rag-api's next request, and ends by itself", async () => {
    const { id, sessionId } = await member();
    const ban = (until: string) =>
      asOwner(suite.database, `update auth."user" set banned = true, ban_expires = ${until} where id = $1`, [id]);
    await ban("null");
    expect(await isLive(sessionId)).toBe(false);
    await ban("now() + interval '1 hour'");
    expect(await isLive(sessionId)).toBe(false);
    await ban("now() - interval '1 second'");
    expect(await isLive(sessionId)).toBe(true);
  });

  it("ends sessions, and gives the role to others", async () => {
    const { browser: admin } = await administrator();
    const { browser, id, sessionId } = await member();
    const sessions = await json<{ sessions: { id: string }[] }>(
      await post(admin, "/list-user-sessions", { userId: id }),
    );
    expect(sessions.sessions.map((session) => session.id)).toEqual([sessionId]);
    expect((await post(admin, "/revoke-user-sessions", { userId: id })).status).toBe(200);
    expect(await json(await browser.fetch("/api/auth/get-session"))).toBeNull();
    const next = await member();
    expect((await post(admin, "/set-role", { userId: next.id, role: "admin" })).status).toBe(200);
    expect((await next.browser.fetch("/api/auth/admin/list-users")).status).toBe(200);
    expect((await post(admin, "/set-role", { userId: next.id, role: "emperor" })).status).toBe(400);
  });

  it.each(["/get-user?id=1", "/get-user?id=1%27", "/get-user?id=%00"])(
    "is told of a malformed id: %s",
    async (path) => {
      const { browser } = await administrator();
      expect((await browser.fetch(`/api/auth/admin${path}`)).status).toBe(400);
    },
  );

  it.each(["/ban-user", "/unban-user", "/set-role", "/list-user-sessions", "/revoke-user-sessions"])(
    "is told of a malformed id: %s",
    async (path) => {
      const { browser } = await administrator();
      for (const userId of ["1", 7, "x".repeat(36), "\u0000", null, {}]) {
        expect((await post(browser, path, { userId, role: "user" })).status).toBe(400);
      }
    },
  );

  it("is offered no impersonation, no password of others, no account made or removed", async () => {
    const { browser } = await administrator();
    const { id } = await member();
    for (const path of [
      "/impersonate-user",
      "/stop-impersonating",
      "/set-user-password",
      "/create-user",
      "/update-user",
      "/remove-user",
      "/has-permission",
    ]) {
      await expectProblem(await post(browser, path, { userId: id, newPassword: "a quite new password" }), "not_found");
    }
  });
});

describe("everybody else", () => {
  it("may do nothing of it", async () => {
    const { browser } = await member();
    const victim = await member();
    const body = { userId: victim.id, role: "admin" };
    for (const path of ["/ban-user", "/unban-user", "/set-role", "/list-user-sessions", "/revoke-user-sessions"]) {
      expect((await post(browser, path, body)).status).toBe(403);
      expect((await post(new Browser(suite.url), path, body)).status).toBe(401);
    }
    for (const path of ["/list-users", `/get-user?id=${victim.id}`]) {
      expect((await browser.fetch(`/api/auth/admin${path}`)).status).toBe(403);
    }
    expect(await isLive(victim.sessionId)).toBe(true);
  });

  it("can't give the role to themselves", async () => {
    const person = { ...newPerson(), role: "admin" };
    expect((await new Browser(suite.url).post("/api/auth/sign-up/email", person)).status).toBe(400);
    const { browser } = await member();
    expect((await browser.post("/api/auth/update-user", { role: "admin" })).status).toBe(400);
    expect((await browser.fetch("/api/auth/admin/list-users")).status).toBe(403);
  });
});
