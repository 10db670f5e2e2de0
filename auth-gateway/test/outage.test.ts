/** The database goes away and comes back: 503 meanwhile, never a wrong 401 or a false success, and no restart. */
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { parseConfig } from "../src/config.ts";
import { BootError, waitForDatabase } from "../src/db/boot.ts";
import { openDatabase } from "../src/db/database.ts";
import { borrowForTransaction } from "../src/db/transactions.ts";
import { createLogger } from "../src/logger.ts";
import { testEnvironment } from "./harness/environment.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { Browser, type Credentials, newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { startTcpProxy, type TcpProxy } from "./harness/tcp-proxy.ts";

let database: TestDatabase;
let proxy: TcpProxy;
let gateway: TestGateway;
let person: Credentials;
let browser: Browser;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy(database.authGatewayUrl);
  gateway = await startGateway(proxy.url(database.authGatewayUrl));
  person = newPerson();
  browser = await signUp(gateway.url, person);
});

afterEach(() => proxy.restore());

afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await database?.drop();
});

const REQUESTS: [string, () => Promise<Response>][] = [
  ["get-session", () => browser.fetch("/api/auth/get-session")],
  ["token", () => browser.fetch("/api/auth/token")],
  ["list-sessions", () => browser.fetch("/api/auth/list-sessions")],
  ["update-user", () => browser.post("/api/auth/update-user", { name: "Other" })],
  ["revoke-other-sessions", () => browser.post("/api/auth/revoke-other-sessions", {})],
  ["sign-out", () => browser.post("/api/auth/sign-out", {})],
  ["sign-in", () => new Browser(gateway.url).post("/api/auth/sign-in/email", person)],
  ["sign-up", () => new Browser(gateway.url).post("/api/auth/sign-up/email", newPerson())],
];

describe("while the database refuses connections", () => {
  it.each(REQUESTS)("%s is 503, tells when to come back, and changes no cookie", async (_name, send) => {
    proxy.cut();
    const cookies = [...browser.cookies];
    const response = await send();
    expect(response.headers.get("retry-after")).toBe("2");
    expect(response.headers.getSetCookie()).toEqual([]);
    const problem = await expectProblem(response, "database_unavailable");
    expect(problem["message"]).toBe(problem["detail"]);
    expect([...browser.cookies]).toEqual(cookies);
  });

  it("the keys are served, the process is alive and not ready", async () => {
    proxy.cut();
    expect((await fetch(`${gateway.url}/.well-known/jwks.json`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
    const ready = await fetch(`${gateway.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await json(ready)).toMatchObject({ checks: { database: "database_unavailable", signingKey: "ok" } });
  });

  it("and all is well as soon as it is back, the session included", async () => {
    proxy.cut();
    await browser.fetch("/api/auth/token");
    proxy.restore();
    for (const path of ["/api/auth/token", "/api/auth/get-session", "/readyz"]) {
      expect((await browser.fetch(path)).status).toBe(200);
    }
  });
});

it("survives connections that break in the middle of transactions", async () => {
  const signUps = Array.from({ length: 24 }, () =>
    new Browser(gateway.url).post("/api/auth/sign-up/email", newPerson()),
  );
  const cutting = setInterval(() => proxy.drop(), 10);
  const answers = await Promise.all(signUps).finally(() => clearInterval(cutting));
  for (const { status } of answers) expect([200, 503]).toContain(status);
  expect(answers.some(({ status }) => status === 503)).toBe(true);
  await expect.poll(async () => (await browser.fetch("/api/auth/token")).status).toBe(200);
});

it("gives up on a database that accepts and never answers", async () => {
  proxy.freeze();
  const startedAt = Date.now();
  await expectProblem(await browser.fetch("/api/auth/token"), "database_unavailable");
  expect(Date.now() - startedAt).toBeLessThan(7_000);
  proxy.drop();
  await expect.poll(async () => (await browser.fetch("/api/auth/token")).status).toBe(200);
});

it("gives a transaction's connection back when it breaks, and does not lend it again", async () => {
  const options = { connectionString: proxy.url(database.authGatewayUrl), max: 1, query_timeout: 200 };
  const pool = new pg.Pool(options);
  const transaction = borrowForTransaction(
    () => pool.connect(),
    (client) => drizzle({ client }),
  );
  await pool.query("select 1");
  for (const freezeInside of [false, true]) {
    if (!freezeInside) proxy.freeze();
    const work = transaction(async (tx) => {
      if (freezeInside) proxy.freeze();
      await tx.execute("select 1");
    });
    await expect(work).rejects.toThrow();
    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  }
  await pool.end();
});

describe("at boot", () => {
  it("waits for the database, saying so", async () => {
    proxy.cut();
    setTimeout(() => proxy.restore(), 700);
    const late = await startGateway(proxy.url(database.authGatewayUrl));
    expect(late.logLines()).toContainEqual(
      expect.objectContaining({ msg: "waiting for the database", reason: "the database can't be reached" }),
    );
    expect((await fetch(`${late.url}/readyz`)).status).toBe(200);
    await late.close();
  });

  const wait = async (url: string) => {
    const logger = createLogger("silent", process.stderr);
    const { db, pool } = openDatabase(parseConfig(testEnvironment(url)).database, logger);
    try {
      await waitForDatabase(db, logger, { totalMs: 300, pauseMs: 50 });
      return undefined;
    } catch (error) {
      return error;
    } finally {
      await pool.end();
    }
  };

  it("gives up after its limit", async () => {
    proxy.cut();
    const error = await wait(proxy.url(database.authGatewayUrl));
    expect(error).toBeInstanceOf(BootError);
    expect(String(error)).toMatch(/gave up after .* the database can't be reached/);
  });

  it("names the missing migration", async () => {
    const empty = await createEmptyDatabase();
    expect(String(await wait(empty.authGatewayUrl))).toMatch(/migration \w+ has not been applied: run make migrate/);
    await empty.drop();
  });

  it("refuses the owner's role", async () => {
    expect(String(await wait(database.migratorUrl))).toMatch(
      /AUTH_GATEWAY_DATABASE_URL: the role \w+ owns the tables, so row-level security does not bind it/,
    );
  });
});
