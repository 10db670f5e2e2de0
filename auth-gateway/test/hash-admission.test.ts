/** The gate in front of the routes that hash: full, it refuses them alone, and who leaves is not waited for. */
import { setMaxListeners } from "node:events";
import { attemptCounter } from "@auth-gateway/shared-schema/abuse";
import { afterEach, describe, expect, it } from "vitest";
import { CREDENTIAL_POLICIES } from "../src/abuse/policies.ts";
import { FRONTEND } from "./harness/environment.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { expectProblem } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";
import { eventually } from "./harness/wait.ts";

const suite = useGateway();
const withSecondFactor = useGateway({ env: { TWO_FACTOR: "on" } });
let release: () => void = () => undefined;

/** Takes every slot, and so many places in the queue behind. */
function occupy(places: number, { gateway } = suite): void {
  const { gate } = gateway.dependencies.abuse;
  const crowd = new AbortController();
  setMaxListeners(0, crowd.signal);
  const ended = new Promise<void>((resolve) => {
    release = () => {
      crowd.abort();
      resolve();
    };
  });
  for (let i = 0; i < gate.load().slots + places; i++) gate.run(crowd.signal, () => ended).catch(() => undefined);
}

afterEach(async () => {
  release();
  await eventually(() => suite.gateway.dependencies.abuse.gate.load().running === 0);
});

/** Until the expected wait is over the bound. */
const fill = (crowded = suite) => {
  const { slots, averageMs } = crowded.gateway.dependencies.abuse.gate.load();
  occupy(Math.ceil((9_000 / averageMs) * slots), crowded);
};

describe("while the queue is full", () => {
  it.each([
    ["/sign-in/email", newPerson()],
    ["/sign-up/email", newPerson()],
  ])("%s is 503 and says when to come back", async (path, body) => {
    fill();
    const answer = await new Browser(suite.url).post(`/api/auth${path}`, body);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    await expectProblem(answer, "unavailable");
  });

  it("tokens, keys and sessions are served, and a change of the password is refused with them", async () => {
    const browser = await signUp(suite.url);
    fill();
    for (const path of ["/api/auth/token", "/api/auth/get-session", "/.well-known/jwks.json"]) {
      expect((await browser.fetch(path)).status).toBe(200);
    }
    const change = { currentPassword: "x", newPassword: "another long one 4711" };
    await expectProblem(await browser.post("/api/auth/change-password", change), "unavailable");
  });

  it("what asks for the password around a second factor is refused, and its codes are not", async () => {
    const browser = await signUp(withSecondFactor.url);
    fill(withSecondFactor);
    const post = (path: string, body: object) => browser.post(`/api/auth/two-factor${path}`, body);
    for (const path of ["/enable", "/disable", "/get-totp-uri", "/generate-backup-codes"]) {
      await expectProblem(await post(path, { password: "x" }), "unavailable");
    }
    expect((await post("/verify-totp", { code: "000000" })).status).toBeLessThan(500);
  });

  it("nobody's tries are counted: the password was not even looked at", async () => {
    const { db } = suite.gateway.dependencies.database;
    await db.delete(attemptCounter);
    fill();
    const answer = await new Browser(suite.url).post("/api/auth/sign-in/email", newPerson());
    expect(answer.status).toBe(503);
    expect(await db.select().from(attemptCounter)).toEqual([]);
  });
});

it("a client that leaves the queue gives its place back, and no query is made for it", async () => {
  const { gate } = suite.gateway.dependencies.abuse;
  occupy(0);
  const client = new AbortController();
  const body = JSON.stringify(newPerson());
  const queries = await suite.gateway.queriesDuring(async () => {
    const request = fetch(`${suite.url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: FRONTEND },
      body,
      signal: client.signal,
    });
    await eventually(() => gate.load().queued === 1);
    client.abort();
    await expect(request).rejects.toThrow();
    await eventually(() => gate.load().queued === 0);
  });
  expect(queries.filter((query) => !query.includes("audit"))).toEqual([]);
});

it("stands in front of every endpoint of Better Auth's that hashes", () => {
  const endpoints = Object.values(suite.gateway.dependencies.auth.api).flatMap((endpoint) => {
    const { path } = endpoint as { path?: string };
    return path === undefined ? [] : [`/api/auth${path}`];
  });
  const hashing = endpoints
    .filter((path) => CREDENTIAL_POLICIES[path]?.hashes)
    .map((path) => path.slice("/api/auth".length));
  expect(hashing.sort()).toEqual([
    "/admin/create-user",
    "/admin/set-user-password",
    "/change-password",
    "/delete-user",
    "/reset-password",
    "/sign-in/email",
    "/sign-up/email",
    "/verify-password",
  ]);
});
