/** The log: one line a request, and nothing in it that could be used or would identify a person. */
import { Writable } from "node:stream";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { captureConsole, createLogger } from "../src/logger.ts";
import { describeError, redactText } from "../src/redaction.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();

async function asMigrator(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: suite.database.migratorUrl });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

const lineOf = (requestId: string) => suite.gateway.logLines().filter((line) => line["requestId"] === requestId);

it("has one line for each request, with the principal where there is one", async () => {
  const browser = await signUp(suite.url);
  const { user } = await json<{ user: { id: string } }>(await browser.fetch("/api/auth/get-session"));
  for (const [path, route, status, principalId] of [
    ["/api/auth/token?audience=rag-api", "/api/auth/token", 200, user.id],
    ["/api/auth/get-session", "/api/auth/get-session", 200, user.id],
    ["/.well-known/jwks.json", "/.well-known/jwks.json", 200, undefined],
    ["/api/auth/token?audience=x", "/api/auth/token", 400, undefined],
    ["/api/auth/reset-password/a-secret-token", "/*", 404, undefined],
  ] as const) {
    const requestId = `r-${Math.random().toString(36).slice(2)}`;
    await browser.fetch(path, { headers: { "x-request-id": requestId } });
    const lines = lineOf(requestId);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: "info", msg: "request", method: "GET", route, status });
    expect(lines[0]?.["ms"]).toEqual(expect.any(Number));
    expect(lines[0]?.["principalId"]).toBe(principalId);
  }
});

describe("no secret and no address of a person", () => {
  it("on the ordinary path, failures included", async () => {
    const person = newPerson();
    const browser = new Browser(suite.url);
    const secrets: string[] = [person.email, person.password, person.name];
    const answer = await json<{ token: string }>(await browser.post("/api/auth/sign-up/email", person));
    secrets.push(answer.token, ...browser.cookies.values());
    secrets.push((await json<{ token: string }>(await browser.fetch("/api/auth/token"))).token);
    await new Browser(suite.url).post("/api/auth/sign-up/email", person);
    await new Browser(suite.url).post("/api/auth/sign-in/email", { ...person, password: "wrong password" });
    await browser.post("/api/auth/sign-in/email", { ...person, callbackURL: "https://evil.example/?token=abc" });
    await browser.post("/api/auth/sign-out", {});
    for (const secret of secrets) expect(suite.gateway.logText()).not.toContain(secret);
  });

  it.each([
    [
      "session",
      "alter table auth.session rename column token to token_gone",
      "alter table auth.session rename column token_gone to token",
    ],
    [
      "account",
      "alter table auth.account rename column password to gone",
      "alter table auth.account rename column gone to password",
    ],
    ["user", "alter table auth.user rename column email to gone", "alter table auth.user rename column gone to email"],
  ])("when a query on %s fails: the client and the log get no values", async (_table, break_, mend) => {
    const person = newPerson();
    const browser = await signUp(suite.url, person);
    const before = suite.gateway.logText().length;
    await asMigrator(break_);
    try {
      const fresh = newPerson();
      const answers = [
        await browser.post("/api/auth/sign-in/email", person),
        await new Browser(suite.url).post("/api/auth/sign-up/email", fresh),
        await browser.fetch("/api/auth/token"),
        await browser.fetch("/api/auth/get-session"),
      ];
      const log = suite.gateway.logText().slice(before);
      const forbidden = [person, fresh].flatMap(({ email, password, name }) => [email, password, name]);
      forbidden.push(...[...browser.cookies.values()].flatMap((cookie) => [cookie, cookie.split(".")[0] ?? cookie]));
      for (const answer of answers) {
        if (answer.status >= 500) await expectProblem(answer, "internal_error");
      }
      expect(answers.some(({ status }) => status === 500)).toBe(true);
      expect(log).toMatch(/"code":"42703"/);
      expect(log).not.toMatch(/\$argon2|params|insert into|select "/);
      for (const secret of forbidden) expect(log).not.toContain(secret);
    } finally {
      await asMigrator(mend);
    }
  });
});

describe("redaction", () => {
  it.each([
    ["Sign-up attempt for existing email: ada@example.test", "Sign-up attempt for existing email: [redacted]"],
    ["token 4fQy3xJgXk0aZ7LwYvT2uNcRb8sGdHmP ended", "token [redacted] ended"],
    ["hash $argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaGhhc2hoYXNo", expect.not.stringContaining("aGFzaGhhc2")],
    ["nothing to hide", "nothing to hide"],
  ])("of the text %s", (text, expected) => {
    expect(redactText(text)).toEqual(expected);
  });

  it("of errors keeps the code and the place, and drops what quotes data", () => {
    const cause = Object.assign(new Error('invalid input syntax for type uuid: "ada"'), {
      severity: "ERROR",
      code: "22P02",
      detail: "Key (email)=(ada@example.test) already exists.",
    });
    const error = Object.assign(new Error("Failed query: insert\nparams: ada@example.test", { cause }), {
      query: "insert",
    });
    const described = JSON.stringify(describeError(error));
    expect(described).toContain("22P02");
    expect(described).toContain("log.test.ts");
    expect(described).not.toMatch(/ada|params|insert/);
  });

  it("of what libraries print to the console", () => {
    const chunks: string[] = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(String(chunk));
        done();
      },
    });
    const target = { log() {}, info() {}, warn() {}, error() {}, debug() {} };
    captureConsole(target, createLogger("debug", sink));
    const print = target.error as (...args: unknown[]) => void;
    print("# SERVER_ERROR: ", Object.assign(new Error("Failed query: x\nparams: ada@example.test"), { query: "x" }), {
      token: "secret",
    });
    print("Failed query: select\nparams: hunter2");
    print({ password: "hunter2" });
    expect(chunks).toHaveLength(3);
    expect(chunks.join("")).not.toMatch(/ada@|hunter2|secret/);
    expect(JSON.parse(chunks[0] ?? "")).toMatchObject({ level: "error", source: "console", msg: "# SERVER_ERROR: " });
  });
});
