/** What holds for every request: paths and methods, headers, time, and one shape of errors. */
import { connect } from "node:net";
import { SCHEMA_VERSION } from "@auth-gateway/shared-schema";
import registry from "@auth-gateway/shared-schema/errors.json" with { type: "json" };
import { Hono } from "hono";
import pg from "pg";
import { describe, expect, it } from "vitest";
import type { AppEnv } from "../src/app-env.ts";
import { offeredEndpoints } from "../src/auth/offered.ts";
import type { AppError } from "../src/errors.ts";
import { limitTime } from "../src/middleware/limits.ts";
import { problemResponse } from "../src/problem-details.ts";
import { Browser, newPerson } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();

describe("paths and methods", () => {
  it.each([
    "/nowhere",
    "/api/auth",
    "/api/auth/",
    "/api/auth/nowhere",
    "/api/auth/token/",
    "/api/auth//token",
    "/api/auth/%67et-session",
  ])("%s is 404", async (path) => {
    await expectProblem(await fetch(suite.url + path), "not_found");
  });

  it("a wrong method is 405 and names the right ones", async () => {
    const response = await fetch(`${suite.url}/api/auth/token`, { method: "POST" });
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    await expectProblem(response, "method_not_allowed");
    const other = await fetch(`${suite.url}/api/auth/sign-out`);
    expect(other.headers.get("allow")).toBe("POST");
    await expectProblem(other, "method_not_allowed");
  });

  it("Better Auth's other endpoints are out of reach", async () => {
    const endpoints = Object.values(suite.gateway.dependencies.auth.api).flatMap((endpoint) => {
      const { path, options } = endpoint as { path?: string; options?: { method?: string | string[] } };
      return path === undefined ? [] : [options?.method ?? "GET"].flat().map((method) => ({ method, path }));
    });
    expect(endpoints.length).toBeGreaterThan(25);
    const offered = new Set(
      offeredEndpoints(suite.gateway.dependencies.config).map(({ method, path }) => `${method} ${path}`),
    );
    expect([...offered].filter((name) => !endpoints.some(({ method, path }) => name === `${method} ${path}`))).toEqual(
      [],
    );
    for (const { method, path } of endpoints) {
      if (offered.has(`${method} ${path}`)) continue;
      const response = await fetch(`${suite.url}/api/auth${path.replaceAll(/:\w+/g, "x")}`, { method });
      expect([404, 405]).toContain(response.status);
    }
  });
});

describe("every answer", () => {
  const paths = ["/livez", "/readyz", "/.well-known/jwks.json", "/api/auth/get-session", "/api/auth/token", "/nowhere"];

  it("has security headers and a request id", async () => {
    for (const path of paths) {
      const { headers } = await fetch(suite.url + path);
      expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("strict-transport-security")).toBeNull();
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    }
  });

  it("takes over a sound request id, and no other", async () => {
    const idFor = async (given: string) =>
      (await fetch(`${suite.url}/livez`, { headers: { "x-request-id": given } })).headers.get("x-request-id");
    expect(await idFor("trace-1.a_B")).toBe("trace-1.a_B");
    for (const bad of ["a b", "x".repeat(65), 'a"b', "a\tb"]) expect(await idFor(bad)).not.toBe(bad);
  });

  it("is not stored, except the published keys", async () => {
    for (const path of paths) {
      const { headers } = await fetch(suite.url + path);
      expect(headers.get("cache-control")).toMatch(path.includes("jwks") ? /^public/ : /^no-store$/);
    }
    const signedUp = await new Browser(suite.url).post("/api/auth/sign-up/email", newPerson());
    expect(signedUp.headers.get("cache-control")).toBe("no-store");
  });
});

it("is alive and ready, and names each check", async () => {
  expect(await json(await fetch(`${suite.url}/livez`))).toEqual({ status: "ok" });
  const ready = await fetch(`${suite.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await json(ready)).toEqual({
    status: "ok",
    schemaVersion: expect.any(String),
    checks: { database: "ok", schema: "ok", signingKey: "ok" },
  });
});

it("is not ready while a migration is missing", async () => {
  const migrator = new pg.Client({ connectionString: suite.database.migratorUrl });
  await migrator.connect();
  try {
    await migrator.query("update migrations.applied set name = name || '_gone' where name = $1", [SCHEMA_VERSION]);
    const ready = await fetch(`${suite.url}/readyz`);
    expect([ready.status, ready.headers.get("cache-control")]).toEqual([503, "no-store"]);
    expect(await json(ready)).toMatchObject({
      status: "unavailable",
      schemaVersion: SCHEMA_VERSION,
      checks: { database: "ok", schema: "migration_missing", signingKey: "ok" },
    });
  } finally {
    await migrator.query("update migrations.applied set name = $1 where name = $1 || '_gone'", [SCHEMA_VERSION]);
    await migrator.end();
  }
  expect((await fetch(`${suite.url}/readyz`)).status).toBe(200);
});

it("a request that takes too long is given up", async () => {
  const app = new Hono<AppEnv>();
  app.use(limitTime(20));
  app.get("/", () => new Promise(() => undefined));
  app.onError((error, c) => problemResponse(c, error as AppError));
  const response = await app.request("/");
  expect(response.headers.get("retry-after")).toBe("2");
  expect(await json(response)).toMatchObject({ status: 503, code: "unavailable" });
});

it("odd Host headers and protocol versions harm nobody", async () => {
  const answers = await Promise.all(
    [
      "GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n",
      "GET /livez HTTP/1.0\r\n\r\n",
      "GET http://[::/ HTTP/1.1\r\nHost: x\r\n\r\n",
    ].map(
      (text) =>
        new Promise<string>((resolve, reject) => {
          const socket = connect(Number(new URL(suite.url).port), "127.0.0.1", () => socket.write(text));
          socket.once("data", (data) => {
            resolve(data.toString());
            socket.destroy();
          });
          socket.on("error", reject);
        }),
    ),
  );
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 [24]\d\d /);
});

it("every code of the registry is an error of the client or of ours, with a title", () => {
  for (const [code, { status, title }] of Object.entries(registry)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).not.toBe("");
  }
});
