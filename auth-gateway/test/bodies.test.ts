/** Request bodies: their bounds, and that no odd value becomes a 500. */
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { MAX_BODY_BYTES } from "../src/middleware/limits.ts";
import { FRONTEND } from "./harness/environment.ts";
import { newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();

const postJson = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(suite.url + path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

describe("a body", () => {
  it("over the limit is 413, declared or streamed", async () => {
    const tooLarge = JSON.stringify({ ...newPerson(), name: "x".repeat(MAX_BODY_BYTES) });
    await expectProblem(await postJson("/api/auth/sign-up/email", tooLarge), "payload_too_large");
    const status = await new Promise((resolve, reject) => {
      const streamed = request(`${suite.url}/api/auth/sign-up/email`, {
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
      const streamed = request(`${suite.url}/api/auth/sign-up/email`, {
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
    [
      "a name without an end",
      "/api/auth/sign-up/email",
      JSON.stringify({ ...newPerson(), name: "x".repeat(201) }),
      400,
    ],
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
    const browser = await signUp(suite.url);
    expect((await browser.fetch("/api/auth/sign-out", { method: "POST" })).status).toBe(200);
  });

  it("never makes a 500 of odd ids and tokens", async () => {
    const browser = await signUp(suite.url);
    for (const token of ["not-a-uuid", "", "\u0000", "'; drop table auth.user; --", "x".repeat(5_000)]) {
      const response = await browser.post("/api/auth/revoke-session", { token });
      expect(response.status).toBeLessThan(500);
    }
    const renamed = await browser.post("/api/auth/update-user", { name: "a\u0000b" });
    await expectProblem(renamed, "invalid_request");
    for (const name of [5, {}, { a: [1] }, [], null, true]) {
      const response = await browser.post("/api/auth/update-user", { name, image: 5 });
      expect([response.status, (await json<{ code: string }>(response)).code]).toEqual([400, "INVALID_PROFILE"]);
    }
    const planted = await browser.post("/api/auth/update-user", { id: "x", emailVerified: true });
    expect(planted.status).toBe(400);
  });
});
