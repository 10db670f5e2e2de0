/** What holds for every request: origins, limits, headers, and one shape of errors. */

import { request } from "node:http";
import registry from "@auth-gateway/shared-schema/errors.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { OFFERED_ENDPOINTS } from "../src/auth/routes.ts";
import { MAX_BODY_BYTES } from "../src/middleware/limits.ts";
import { FRONTEND, GATEWAY } from "./harness/environment.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";

const SECOND_FRONTEND = "http://localhost:4321";

let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  gateway = await startGateway(database.authGatewayUrl, {
    env: { FRONTEND_ORIGINS: `${FRONTEND},${SECOND_FRONTEND}` },
  });
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

const postJson = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(gateway.url + path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

describe("CORS", () => {
  const paths = ["/api/auth/get-session", "/api/auth/token", "/.well-known/jwks.json", "/livez", "/nowhere"];

  it.each([
    [FRONTEND, true],
    [SECOND_FRONTEND, true],
    ["http://localhost:5174", false],
    ["https://localhost:5173", false],
    ["http://localhost:5173.evil.example", false],
    ["null", false],
  ])("origin %s is allowed: %s", async (origin, allowed) => {
    for (const path of paths) {
      const response = await fetch(gateway.url + path, { headers: { origin } });
      expect(response.headers.get("access-control-allow-origin")).toBe(allowed ? origin : null);
      expect(response.headers.get("vary")).toMatch(/Origin/);
      const preflight = await fetch(gateway.url + path, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type,x-session-transport,authorization",
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get("access-control-allow-origin")).toBe(allowed ? origin : null);
    }
  });

  it("lets a frontend send credentials and read what it needs, on errors too", async () => {
    for (const path of paths) {
      const { headers } = await fetch(gateway.url + path, { headers: { origin: FRONTEND } });
      expect(headers.get("access-control-allow-credentials")).toBe("true");
      const exposed = (headers.get("access-control-expose-headers") ?? "").toLowerCase().split(",");
      expect(exposed).toEqual(
        expect.arrayContaining(["set-auth-token", "etag", "retry-after", "ratelimit-remaining", "x-request-id"]),
      );
    }
    const preflight = await fetch(`${gateway.url}/api/auth/sign-in/email`, {
      method: "OPTIONS",
      headers: { origin: FRONTEND, "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(/content-type.*x-session-transport/);
    expect(preflight.headers.get("access-control-max-age")).toBe("600");
  });
});

describe("a change with a cookie", () => {
  it.each([
    ["a listed frontend", { origin: FRONTEND }, 200],
    ["the gateway itself", { origin: GATEWAY }, 200],
    ["another origin", { origin: "https://evil.example" }, 403],
    ["a null origin", { origin: "null" }, 403],
    ["no origin, even with a good referer", { referer: `${FRONTEND}/page` }, 403],
  ])("from %s", async (_name, headers: Record<string, string>, status) => {
    const browser = await signUp(gateway.url);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await postJson("/api/auth/update-user", '{"name":"New"}', { cookie, ...headers });
    if (status === 403)
      expect((await expectProblem(response, "origin_not_allowed"))["message"]).toMatch(/FRONTEND_ORIGINS/);
    else expect(response.status).toBe(status);
  });

  it("is checked whatever the cookie and the path", async () => {
    for (const path of ["/api/auth/sign-in/email", "/api/auth/token", "/nowhere"]) {
      const response = await postJson(path, "{}", { cookie: "other=1", origin: "https://evil.example" });
      await expectProblem(response, "origin_not_allowed");
    }
  });

  it("by a cross-site form that would sign somebody in is refused without a cookie, too", async () => {
    const response = await postJson("/api/auth/sign-in/email", JSON.stringify(newPerson()), {
      origin: "https://evil.example",
    });
    expect(response.status).toBe(403);
  });
});

describe("a body", () => {
  it("over the limit is 413, declared or streamed", async () => {
    const tooLarge = JSON.stringify({ ...newPerson(), name: "x".repeat(MAX_BODY_BYTES) });
    await expectProblem(await postJson("/api/auth/sign-up/email", tooLarge), "payload_too_large");
    const status = await new Promise((resolve, reject) => {
      const streamed = request(`${gateway.url}/api/auth/sign-up/email`, {
        method: "POST",
        headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
      });
      streamed.on("response", (response) => resolve(response.resume().statusCode));
      streamed.on("error", reject);
      streamed.end(tooLarge);
    });
    expect(status).toBe(413);
  });

  it("within the limit may be streamed", async () => {
    const response = await new Promise<number | undefined>((resolve, reject) => {
      const streamed = request(`${gateway.url}/api/auth/sign-up/email`, {
        method: "POST",
        headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
      });
      streamed.on("response", (answer) => resolve(answer.resume().statusCode));
      streamed.on("error", reject);
      streamed.end(JSON.stringify(newPerson()));
    });
    expect(response).toBe(200);
  });

  it.each([
    ["malformed JSON", "/api/auth/sign-in/email", "{", 400],
    ["JSON of another shape", "/api/auth/sign-in/email", "[1]", 400],
    ["null", "/api/auth/sign-up/email", "null", 400],
    ["an empty object", "/api/auth/sign-up/email", "{}", 400],
    ["objects for strings", "/api/auth/sign-in/email", '{"email":{"a":1},"password":[1]}', 400],
    ["NUL in a name", "/api/auth/sign-up/email", JSON.stringify({ ...newPerson(), name: "a\u0000b" }), 400],
    ["NUL in an e-mail", "/api/auth/sign-in/email", '{"email":"a\\u0000@b.test","password":"correct horse"}', 400],
    ["a short password", "/api/auth/sign-up/email", JSON.stringify({ ...newPerson(), password: "short" }), 400],
    [
      "a foreign callback",
      "/api/auth/sign-up/email",
      JSON.stringify({ ...newPerson(), callbackURL: "https://e.vil" }),
      403,
    ],
  ])("with %s", async (_name, path, body, status) => {
    const response = await postJson(path, body, { origin: FRONTEND });
    expect(response.status).toBe(status);
    expect(await json(response)).toMatchObject({ message: expect.any(String), code: expect.any(String) });
  });

  it("of another media type is 415", async () => {
    expect((await postJson("/api/auth/sign-up/email", "x", { "content-type": "text/plain" })).status).toBe(415);
  });

  it("may be missing where nothing is asked", async () => {
    const browser = await signUp(gateway.url);
    expect((await browser.fetch("/api/auth/sign-out", { method: "POST" })).status).toBe(200);
  });

  it("never makes a 500 of odd ids and tokens", async () => {
    const browser = await signUp(gateway.url);
    for (const token of ["not-a-uuid", "", "\u0000", "'; drop table auth.user; --", "x".repeat(5_000)]) {
      const response = await browser.post("/api/auth/revoke-session", { token });
      expect(response.status).toBeLessThan(500);
    }
    const renamed = await browser.post("/api/auth/update-user", { name: "a\u0000b" });
    await expectProblem(renamed, "invalid_request");
    const planted = await browser.post("/api/auth/update-user", { id: "x", emailVerified: true });
    expect(planted.status).toBe(400);
  });
});

describe("paths and methods", () => {
  it.each(["/", "/nowhere", "/api/auth", "/api/auth/", "/api/auth/nowhere", "/api/auth/token/", "/api/auth//token"])(
    "%s is 404",
    async (path) => {
      await expectProblem(await fetch(gateway.url + path), "not_found");
    },
  );

  it("a wrong method is 405 and names the right ones", async () => {
    const response = await postJson("/api/auth/token", "{}");
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    await expectProblem(response, "method_not_allowed");
    const other = await fetch(`${gateway.url}/api/auth/sign-out`);
    expect(other.headers.get("allow")).toBe("POST");
    await expectProblem(other, "method_not_allowed");
  });

  it("Better Auth's other endpoints are out of reach", async () => {
    const endpoints = Object.values(gateway.dependencies.auth.api).flatMap((endpoint) => {
      const { path, options } = endpoint as { path?: string; options?: { method?: string | string[] } };
      return path === undefined ? [] : [options?.method ?? "GET"].flat().map((method) => ({ method, path }));
    });
    expect(endpoints.length).toBeGreaterThan(25);
    const offered = new Set(OFFERED_ENDPOINTS.map(({ method, path }) => `${method} ${path}`));
    expect([...offered].filter((name) => !endpoints.some(({ method, path }) => name === `${method} ${path}`))).toEqual(
      [],
    );
    for (const { method, path } of endpoints) {
      if (offered.has(`${method} ${path}`)) continue;
      const response = await fetch(`${gateway.url}/api/auth${path.replaceAll(/:\w+/g, "x")}`, { method });
      expect([404, 405]).toContain(response.status);
    }
  });
});

describe("every answer", () => {
  const paths = ["/livez", "/readyz", "/.well-known/jwks.json", "/api/auth/get-session", "/api/auth/token", "/nowhere"];

  it("has security headers and a request id", async () => {
    for (const path of paths) {
      const { headers } = await fetch(gateway.url + path);
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
      (await fetch(`${gateway.url}/livez`, { headers: { "x-request-id": given } })).headers.get("x-request-id");
    expect(await idFor("trace-1.a_B")).toBe("trace-1.a_B");
    for (const bad of ["a b", "x".repeat(65), 'a"b', "a\tb"]) expect(await idFor(bad)).not.toBe(bad);
  });

  it("is not stored, except the published keys", async () => {
    for (const path of paths) {
      const { headers } = await fetch(gateway.url + path);
      expect(headers.get("cache-control")).toMatch(path.includes("jwks") ? /^public/ : /^no-store$/);
    }
    const signedUp = await new Browser(gateway.url).post("/api/auth/sign-up/email", newPerson());
    expect(signedUp.headers.get("cache-control")).toBe("no-store");
  });
});

it("is alive and ready, and names each check", async () => {
  expect(await json(await fetch(`${gateway.url}/livez`))).toEqual({ status: "ok" });
  const ready = await fetch(`${gateway.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await json(ready)).toEqual({
    status: "ok",
    schemaVersion: expect.any(String),
    checks: { database: "ok", schema: "ok", signingKey: "ok" },
  });
});

it("every code of the registry is an error of the client or of ours, with a title", () => {
  for (const [code, { status, title }] of Object.entries(registry)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).not.toBe("");
  }
});
