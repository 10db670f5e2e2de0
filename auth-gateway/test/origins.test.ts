/** Which origins may read answers, and which may act with a cookie. */
import { describe, expect, it } from "vitest";
import { FRONTEND, GATEWAY } from "./harness/environment.ts";
import { newPerson, signUp } from "./harness/people.ts";
import { expectProblem } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const SECOND_FRONTEND = "http://localhost:4321";

const suite = useGateway({ env: { FRONTEND_ORIGINS: `${FRONTEND},${SECOND_FRONTEND}` } });

const postJson = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(suite.url + path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

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
      const response = await fetch(suite.url + path, { headers: { origin } });
      expect(response.headers.get("access-control-allow-origin")).toBe(allowed ? origin : null);
      expect(response.headers.get("vary")).toMatch(/Origin/);
      const preflight = await fetch(suite.url + path, {
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
      const { headers } = await fetch(suite.url + path, { headers: { origin: FRONTEND } });
      expect(headers.get("access-control-allow-credentials")).toBe("true");
      const exposed = (headers.get("access-control-expose-headers") ?? "").toLowerCase().split(",");
      expect(exposed).toEqual(
        expect.arrayContaining(["set-auth-token", "etag", "retry-after", "ratelimit-remaining", "x-request-id"]),
      );
    }
    const preflight = await fetch(`${suite.url}/api/auth/sign-in/email`, {
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
    const browser = await signUp(suite.url);
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
