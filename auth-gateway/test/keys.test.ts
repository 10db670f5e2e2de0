/** The keyring: first boot, publication, and private keys at rest. */
import { signingKey } from "@auth-gateway/shared-schema/auth";
import { eq } from "drizzle-orm";
import { calculateJwkThumbprint, compactDecrypt, exportJWK, generateKeyPair, type JWK } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { SECRETS } from "./harness/environment.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "./harness/gateway.ts";
import { signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { createTestClock } from "./harness/test-clock.ts";

const OTHER_SECRETS = "1:Qw8ErTy7UiOp6AsDf5GhJk4LzXc3VbNm2QaZ1WsXeDc";

let database: TestDatabase;
const gateways: TestGateway[] = [];

async function start(options: GatewayOptions = {}): Promise<TestGateway> {
  const gateway = await startGateway(database.authGatewayUrl, options);
  gateways.push(gateway);
  return gateway;
}

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});

afterAll(() => database?.drop());

interface Jwks {
  readonly keys: (JWK & { kid: string })[];
}

const jwksOf = (gateway: TestGateway, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/.well-known/jwks.json`, { headers });

it("eight replicas at once on an empty database make one active and one next key", async () => {
  const replicas = await Promise.all(Array.from({ length: 8 }, () => start({ env: { DATABASE_POOL_SIZE: "2" } })));
  const rows = await replicas[0]?.dependencies.database.db.select().from(signingKey);
  expect(rows?.map((row) => row.status).sort()).toEqual(["active", "next"]);
  const sets = await Promise.all(replicas.map(async (replica) => (await jwksOf(replica)).text()));
  expect(new Set(sets).size).toBe(1);
});

describe("publication", () => {
  it("says what each key is for, and nothing private", async () => {
    const { keys } = await json<Jwks>(await jwksOf(await start()));
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
      expect(key).toMatchObject({ kty: "EC", crv: "P-256", use: "sig", alg: "ES256" });
      expect(key.kid).toBe(await calculateJwkThumbprint(key));
    }
  });

  it("may be cached, and is not sent twice", async () => {
    const gateway = await start();
    const first = await jwksOf(gateway);
    expect(first.headers.get("cache-control")).toBe("public, max-age=300");
    expect(first.headers.get("content-type")).toBe("application/json");
    const etag = first.headers.get("etag") ?? "";
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await jwksOf(gateway, { "if-none-match": tag });
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
      expect(again.headers.get("cache-control")).toBe("public, max-age=300");
    }
    expect((await jwksOf(gateway, { "if-none-match": '"other"' })).status).toBe(200);
    const head = await fetch(`${gateway.url}/.well-known/jwks.json`, { method: "HEAD" });
    expect([head.status, head.headers.get("etag")]).toEqual([200, etag]);
  });

  it("follows another replica's changes within a minute, and survives a database that is away", async () => {
    const clock = createTestClock();
    const gateway = await start({ clock });
    const { db } = gateway.dependencies.database;
    const { publicKey } = await generateKeyPair("ES256");
    const retired = { kid: "retired-key", status: "retired" as const, retiredAt: new Date(clock.now()) };
    await db.insert(signingKey).values({ ...retired, publicJwk: { ...(await exportJWK(publicKey)) } });
    const kids = async () => (await json<Jwks>(await jwksOf(gateway))).keys.map(({ kid }) => kid);
    expect(await kids()).not.toContain("retired-key");
    clock.advance(59_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await kids()).not.toContain("retired-key");
    clock.advance(1_000);
    await expect.poll(kids).toContain("retired-key");

    await db
      .update(signingKey)
      .set({ publicJwk: { kty: "oct", k: "secret" } })
      .where(eq(signingKey.kid, "retired-key"));
    clock.advance(60_000);
    await expect.poll(() => gateway.logText()).toContain("the last ones stay in use");
    expect(await kids()).toContain("retired-key");
    await db.delete(signingKey).where(eq(signingKey.kid, "retired-key"));
  });
});

describe("private keys", () => {
  it("lie encrypted in the database", async () => {
    const gateway = await start();
    const rows = await gateway.dependencies.database.db.select().from(signingKey);
    for (const { privateJwk, publicJwk } of rows) {
      const [header = ""] = (privateJwk ?? "").split(".");
      expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({
        alg: "dir",
        enc: "A256GCM",
        kid: "1",
      });
      expect(Object.keys(publicJwk)).not.toContain("d");
      const raw = Buffer.from(SECRETS.slice(2), "base64url");
      await expect(compactDecrypt(privateJwk ?? "", raw)).rejects.toThrow();
    }
  });

  it("stay readable after a new secret is put in front", async () => {
    await start();
    const [, value] = OTHER_SECRETS.split(":");
    const gateway = await start({ env: { AUTH_SECRETS: `2:${value},${SECRETS}` } });
    const browser = await signUp(gateway.url);
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
  });

  it("are of no use with another secret: not ready, 503 for tokens, and the rest works", async () => {
    await start();
    const gateway = await start({ env: { AUTH_SECRETS: OTHER_SECRETS } });
    const ready = await fetch(`${gateway.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await json(ready)).toMatchObject({
      status: "unavailable",
      checks: { database: "ok", schema: "ok", signingKey: "signing_key_undecryptable" },
    });
    const browser = await signUp(gateway.url);
    const refused = await browser.fetch("/api/auth/token");
    expect(refused.headers.get("retry-after")).toBe("2");
    await expectProblem(refused, "keys_unavailable");
    expect((await browser.fetch("/api/auth/get-session")).status).toBe(200);
    expect((await json<Jwks>(await jwksOf(gateway))).keys).toHaveLength(2);
  });

  it("must belong to the published key", async () => {
    const gateway = await start();
    const { db } = gateway.dependencies.database;
    const [active] = await db.select().from(signingKey).where(eq(signingKey.status, "active"));
    const { publicKey } = await generateKeyPair("ES256");
    await db
      .update(signingKey)
      .set({ publicJwk: { ...(await exportJWK(publicKey)) } })
      .where(eq(signingKey.status, "active"));
    const fooled = await start();
    expect(fooled.dependencies.keyring.problem()).toBe("signing_key_undecryptable");
    await db
      .update(signingKey)
      .set({ publicJwk: active?.publicJwk ?? {} })
      .where(eq(signingKey.status, "active"));
  });
});
