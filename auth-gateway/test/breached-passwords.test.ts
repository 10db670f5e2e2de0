/** Passwords that everybody knows are refused, wherever one is set; an API that fails refuses nothing. */
import { createHash } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { readCommonPasswords } from "../src/abuse/breached-passwords.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { useMailingGateway } from "./harness/mails.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { expectProblem } from "./harness/problems.ts";

const sha1 = (password: string) => createHash("sha1").update(password).digest("hex").toUpperCase();

describe("the bundled list", () => {
  const suite = useMailingGateway();

  it("has thousands, all long enough to be set and in lower case", () => {
    const common = [...readCommonPasswords()];
    expect(common.length).toBeGreaterThan(3_000);
    for (const password of common) {
      expect(password.length).toBeGreaterThanOrEqual(8);
      expect(password).toBe(password.toLowerCase());
    }
    expect(common).toContain("password");
    expect(common).not.toContain("correct horse battery staple");
  });

  it.each(["password", "Password1", "QWERTYUIOP", "12345678", "iloveyou1"])(
    "refuses %s at sign-up",
    async (password) => {
      const answer = await new Browser(suite.url).post("/api/auth/sign-up/email", { ...newPerson(), password });
      expect((await expectProblem(answer, "password_breached"))["message"]).toMatch(/data breaches/);
    },
  );

  it("refuses them at a change and at a reset, and the link stays good", async () => {
    const { person, browser } = await suite.member();
    const change = (newPassword: string) =>
      browser.post("/api/auth/change-password", { currentPassword: person.password, newPassword });
    await expectProblem(await change("sunshine1"), "password_breached");
    await browser.post("/api/auth/request-password-reset", { email: person.email });
    const token = await suite.linkTo(person.email, "reset-password", 2);
    const reset = (newPassword: string) =>
      new Browser(suite.url).post("/api/auth/reset-password", { token, newPassword });
    await expectProblem(await reset("Football1"), "password_breached");
    expect((await reset("a far better one 4711")).status).toBe(200);
  });

  it("never stands in the way of a password that is already in use", async () => {
    const answer = await new Browser(suite.url).post("/api/auth/sign-in/email", {
      email: newPerson().email,
      password: "password",
    });
    expect(answer.status).toBe(401);
  });
});

describe("the range API", () => {
  const BREACHED = "known from a breach 4711";
  const asked: { path: string; padding: string | undefined }[] = [];
  let answer: (response: ServerResponse) => void;
  let api: Server;
  let database: TestDatabase;
  let gateway: TestGateway;

  const range =
    (...lines: string[]) =>
    (response: ServerResponse) => {
      response.end([`${"0".repeat(35)}:3`, ...lines, `${"F".repeat(35)}:0`].join("\r\n"));
    };

  beforeAll(async () => {
    api = createServer((request, response) => {
      asked.push({ path: request.url ?? "", padding: request.headers["add-padding"]?.toString() });
      answer(response);
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    database = await createTestDatabase();
    const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}/range/`;
    gateway = await startGateway(database.authGatewayUrl, { env: { PASSWORD_BREACH_API: url } });
  });

  beforeEach(() => {
    asked.length = 0;
    answer = range(`${sha1(BREACHED).slice(5)}:42`);
  });

  afterAll(async () => {
    await gateway?.close();
    api?.closeAllConnections();
    api?.close();
    await database?.drop();
  });

  const signUpWith = (password: string) =>
    new Browser(gateway.url).post("/api/auth/sign-up/email", { ...newPerson(), password });

  it("refuses what it knows, and is told five digits of the hash", async () => {
    await expectProblem(await signUpWith(BREACHED), "password_breached");
    expect(asked).toEqual([{ path: `/range/${sha1(BREACHED).slice(0, 5)}`, padding: "true" }]);
    expect((await signUpWith("unknown to all breaches 4711")).status).toBe(200);
  });

  it("takes its padding for nothing", async () => {
    answer = range(`${sha1(BREACHED).slice(5)}:0`);
    expect((await signUpWith(BREACHED)).status).toBe(200);
  });

  it("is not asked about a password of the bundled list, nor at a sign-in", async () => {
    await expectProblem(await signUpWith("password1"), "password_breached");
    await new Browser(gateway.url).post("/api/auth/sign-in/email", newPerson());
    expect(asked).toEqual([]);
  });

  it("is not asked by somebody who is not signed in", async () => {
    const body = { currentPassword: "x", newPassword: BREACHED };
    expect((await new Browser(gateway.url).post("/api/auth/change-password", body)).status).toBe(401);
    expect(asked).toEqual([]);
    const browser = await signUp(gateway.url);
    await expectProblem(await browser.post("/api/auth/change-password", body), "password_breached");
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ["fails", (response) => response.writeHead(500).end()],
    ["limits us", (response) => response.writeHead(429).end()],
    ["never answers", () => undefined],
    ["breaks off", (response) => response.socket?.destroy()],
    ["leads elsewhere", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
    ["does not stop", (response) => response.end("x".repeat(400_000))],
  ])("that %s lets the password pass, with a line in the log", async (_name, misbehave) => {
    answer = misbehave;
    const before = gateway.logLines().length;
    const startedAt = Date.now();
    expect((await signUpWith(BREACHED)).status).toBe(200);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    const lines = gateway.logLines().slice(before);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "warn", msg: expect.stringContaining("breached passwords did not answer") }),
    );
    expect(gateway.logText()).not.toContain(sha1(BREACHED).slice(5));
  });
});
