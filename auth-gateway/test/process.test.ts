/** The real process: how it starts, refuses to start, and ends. */
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { FRONTEND, type TestEnvironment, testEnvironment } from "./harness/environment.ts";
import { type GatewayProcess, spawnGateway } from "./harness/gateway-process.ts";
import { newPerson, signUp } from "./harness/people.ts";
import { startTcpProxy } from "./harness/tcp-proxy.ts";

let database: TestDatabase;
const started: GatewayProcess[] = [];

function spawn(env: TestEnvironment, preload?: string): GatewayProcess {
  const gateway = spawnGateway(env, preload);
  started.push(gateway);
  return gateway;
}

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  for (const { child, exited } of started.splice(0)) {
    child.kill("SIGKILL");
    await exited;
  }
});

afterAll(() => database?.drop());

describe("on a signal", () => {
  it("ends although nobody reads its log any more", async () => {
    const gateway = spawn(testEnvironment(database.authGatewayUrl));
    const url = await gateway.listening;
    gateway.child.stdout?.destroy();
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    gateway.child.kill("SIGTERM");
    expect(await gateway.exited).toBe(0);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("%s finishes what is in flight and exits with 0", async (signal) => {
    const gateway = spawn(testEnvironment(database.authGatewayUrl));
    const url = await gateway.listening;
    const body = JSON.stringify(newPerson());
    const agent = new Agent({ keepAlive: true });
    const inFlight = await new Promise<{ status: number | undefined; finish: Promise<string> }>((resolve, reject) => {
      const sending = request(`${url}/api/auth/sign-up/email`, {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      });
      sending.on("error", reject);
      sending.write(body.slice(0, 10));
      setTimeout(() => {
        gateway.child.kill(signal);
        setTimeout(() => sending.end(body.slice(10)), 300);
      }, 200);
      sending.on("response", (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += String(chunk);
        });
        const finish = new Promise<string>((done) => response.on("end", () => done(text)));
        resolve({ status: response.statusCode, finish });
      });
    });
    expect(inFlight.status).toBe(200);
    expect(await inFlight.finish).toContain('"user"');
    const answeredAt = Date.now();
    expect(await gateway.exited).toBe(0);
    expect(Date.now() - answeredAt).toBeLessThan(2_000);
    expect(gateway.output()).toMatch(/"msg":"shutting down"[\s\S]*"msg":"stopped"/);
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
    agent.destroy();
  });

  it("does not wait for idle connections", async () => {
    const gateway = spawn(testEnvironment(database.authGatewayUrl));
    const url = await gateway.listening;
    await (await fetch(`${url}/livez`)).text();
    const startedAt = Date.now();
    gateway.child.kill("SIGTERM");
    expect(await gateway.exited).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });
});

describe("refuses to start", () => {
  it("with a bad environment, at once, naming every bad variable and no secret", async () => {
    const gateway = spawn({ AUTH_SECRETS: "1:hunter2", GATEWAY_URL: "nonsense", FRONTEND_ORIGINS: "*" });
    expect(await gateway.exited).toBe(1);
    const named = gateway.output().match(/^ {2}\w+(?=:)/gm);
    expect(named?.map((name) => name.trim()).sort()).toEqual([
      "AUTH_GATEWAY_DATABASE_URL",
      "AUTH_SECRETS",
      "FRONTEND_ORIGINS",
      "GATEWAY_URL",
    ]);
    expect(gateway.output()).not.toContain("hunter2");
  });

  it("on a port that is taken, saying how to choose another", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const gateway = spawn(testEnvironment(database.authGatewayUrl, { GATEWAY_PORT: String(port) }));
    expect(await gateway.exited).toBe(1);
    expect(gateway.output()).toContain(`port ${port} on 127.0.0.1 is in use: choose another with GATEWAY_PORT`);
    server.close();
  });

  it("as the database's owner", async () => {
    const gateway = spawn(testEnvironment(database.migratorUrl));
    expect(await gateway.exited).toBe(1);
    expect(gateway.output()).toMatch(/owns the tables, so row-level security does not bind it/);
    expect(gateway.output()).not.toContain(new URL(database.migratorUrl).password);
  });
});

it.each([
  ["uncaughtException", "throw error"],
  ["unhandledRejection", "Promise.reject(error)"],
])("ends on an %s, telling what and not whom", async (event, statement) => {
  const preload = `process.on("SIGUSR2", () => { const error = new Error("boom for ada@example.test"); ${statement}; })`;
  const gateway = spawn(testEnvironment(database.authGatewayUrl), preload);
  await gateway.listening;
  gateway.child.kill("SIGUSR2");
  expect(await gateway.exited).toBe(1);
  const last = JSON.parse(gateway.output().trim().split("\n").at(-1) ?? "");
  expect(last).toMatchObject({
    level: "fatal",
    event,
    err: { message: "boom for [redacted]" },
    msg: "unhandled error",
  });
});

it("eight processes at once on an empty database make one active and one next key", async () => {
  const empty = await createTestDatabase();
  try {
    const env = testEnvironment(empty.authGatewayUrl, { DATABASE_POOL_SIZE: "2" });
    const urls = await Promise.all(Array.from({ length: 8 }, () => spawn(env).listening));
    const sets = await Promise.all(urls.map(async (url) => (await fetch(`${url}/.well-known/jwks.json`)).text()));
    expect(new Set(sets).size).toBe(1);
    expect(JSON.parse(sets[0] ?? "").keys).toHaveLength(2);
  } finally {
    for (const { child, exited } of started.splice(0)) {
      child.kill("SIGKILL");
      await exited;
    }
    await empty.drop();
  }
}, 90_000);

it("outlives its database, and prints no value of a failed query anywhere", async () => {
  const proxy = await startTcpProxy(database.authGatewayUrl);
  const gateway = spawn(
    testEnvironment(proxy.url(database.authGatewayUrl), {
      LOG_LEVEL: "trace",
      NODE_ENV: "production",
      SIGN_UP: "open",
    }),
  );
  const url = await gateway.listening;
  const person = newPerson();
  const browser = await signUp(url, person);
  proxy.cut();
  expect((await browser.fetch("/api/auth/token")).status).toBe(503);
  expect((await browser.post("/api/auth/sign-in/email", person)).status).toBe(503);
  expect((await browser.post("/api/auth/sign-out", {})).status).toBe(503);
  proxy.restore();
  expect((await browser.fetch("/api/auth/token", { headers: { origin: FRONTEND } })).status).toBe(200);
  const sessionTokens = [...browser.cookies.values()].flatMap((cookie) => [cookie, cookie.split(".")[0] ?? cookie]);
  for (const secret of [person.email, person.password, ...sessionTokens]) {
    expect(gateway.output()).not.toContain(secret);
  }
  gateway.child.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  await proxy.close();
});
