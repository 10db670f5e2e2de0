/** `GET /api/auth/token`: claims, audiences, cost, and what it answers when something is wrong. */
import schema from "@auth-gateway/shared-schema/access-token.json" with { type: "json" };
import { session } from "@auth-gateway/shared-schema/auth";
import { eq } from "drizzle-orm";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect, it } from "vitest";
import { z } from "zod";
import { GATEWAY } from "./harness/environment.ts";
import { newPerson, signUp, signUpBearer } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway({ env: { TOKEN_AUDIENCES: "rag-api,mail" } });

interface TokenAnswer {
  readonly token: string;
  readonly expiresAt: string;
}

it("carries exactly the claims of the contract, and nothing personal", async () => {
  const person = newPerson();
  const browser = await signUp(suite.url, person);
  const before = Math.floor(Date.now() / 1000);
  const response = await browser.fetch("/api/auth/token");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const { token, expiresAt } = await json<TokenAnswer>(response);
  const claims = decodeJwt(token);
  const contract = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  expect(contract.safeParse({ header: decodeProtectedHeader(token), claims }).error).toBeUndefined();
  expect(contract.safeParse({ header: decodeProtectedHeader(token), claims: { ...claims, email: "x" } }).success).toBe(
    false,
  );

  const own = await json<{ user: { id: string }; session: { id: string } }>(
    await browser.fetch("/api/auth/get-session"),
  );
  expect(claims).toMatchObject({ iss: GATEWAY, aud: "rag-api", sub: own.user.id, sid: own.session.id });
  expect(claims.iat).toBeGreaterThanOrEqual(before);
  expect([claims.nbf, claims.exp]).toEqual([claims.iat, Number(claims.iat) + 300]);
  expect(new Date(expiresAt).getTime()).toBe(Number(claims.exp) * 1000);
  const text = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  expect(text).not.toContain(person.email);
  expect(text).not.toContain(person.name);
});

it("gives each token its own id", async () => {
  const browser = await signUp(suite.url);
  const ids = await Promise.all(
    Array.from(
      { length: 5 },
      async () => decodeJwt((await json<TokenAnswer>(await browser.fetch("/api/auth/token"))).token).jti,
    ),
  );
  expect(new Set(ids).size).toBe(5);
});

it("is issued for a listed audience only", async () => {
  const browser = await signUp(suite.url);
  const forMail = await json<TokenAnswer>(await browser.fetch("/api/auth/token?audience=mail"));
  expect(decodeJwt(forMail.token).aud).toBe("mail");
  for (const query of ["audience=other", "audience=", "audience=mail&audience=rag-api", "audience=toString"]) {
    await expectProblem(await browser.fetch(`/api/auth/token?${query}`), "unknown_audience");
  }
});

it("needs a session", async () => {
  const response = await fetch(`${suite.url}/api/auth/token`);
  expect(response.headers.get("www-authenticate")).toBe("Bearer");
  const problem = await expectProblem(response, "authentication_required");
  expect(problem["message"]).toBe(problem["detail"]);
  for (const headers of [{ cookie: "auth.session_token=x.y" }, { authorization: "Bearer x.y" }, { cookie: "%%%" }]) {
    await expectProblem(await fetch(`${suite.url}/api/auth/token`, { headers }), "authentication_required");
  }
});

it("ends with the session, and with the session's time", async () => {
  const browser = await signUp(suite.url);
  const answer = await json<TokenAnswer>(await browser.fetch("/api/auth/token"));
  const { db } = suite.gateway.dependencies.database;
  const sid = String(decodeJwt(answer.token)["sid"]);
  await db
    .update(session)
    .set({ expiresAt: new Date(Date.now() - 1000) })
    .where(eq(session.id, sid));
  await expectProblem(await browser.fetch("/api/auth/token"), "authentication_required");
});

it("costs one query, a session one, the keys none", async () => {
  const browser = await signUp(suite.url);
  const bearer = { headers: { authorization: `Bearer ${await signUpBearer(suite.url)}` } };
  const cost = async (work: () => Promise<Response>) => {
    let status = 0;
    const queries = await suite.gateway.queriesDuring(async () => {
      status = (await work()).status;
    });
    expect(status).toBe(200);
    return queries.length;
  };
  expect(await cost(() => browser.fetch("/api/auth/token"))).toBe(1);
  expect(await cost(() => fetch(`${suite.url}/api/auth/token`, bearer))).toBe(1);
  expect(await cost(() => browser.fetch("/api/auth/get-session"))).toBe(1);
  expect(await cost(() => fetch(`${suite.url}/.well-known/jwks.json`))).toBe(0);
  expect(await cost(() => fetch(`${suite.url}/livez`))).toBe(0);
});

it("prolongs a session that is in use, once a day", async () => {
  const browser = await signUp(suite.url);
  const { db } = suite.gateway.dependencies.database;
  const { token } = await json<TokenAnswer>(await browser.fetch("/api/auth/token"));
  const sid = String(decodeJwt(token)["sid"]);
  const inTwoDays = new Date(Date.now() + 2 * 86_400_000);
  await db.update(session).set({ expiresAt: inTwoDays }).where(eq(session.id, sid));
  const response = await browser.fetch("/api/auth/token");
  expect(response.headers.getSetCookie()[0]).toMatch(/Max-Age=604800/);
  const [row] = await db.select().from(session).where(eq(session.id, sid));
  expect(row?.expiresAt.getTime()).toBeGreaterThan(inTwoDays.getTime());
});
