/** Keys change hands on time, once, and no verifier meets a token that it can't check. */
import { signingKey } from "@auth-gateway/shared-schema/auth";
import { eq } from "drizzle-orm";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { createKeyCipher } from "../src/keys/cipher.ts";
import { RETIRED_FOR_MS } from "../src/keys/policy.ts";
import { reencryptKeys, revokeKey, scheduleRotation } from "../src/keys/rotation.ts";
import { GATEWAY, SECRETS } from "./harness/environment.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "./harness/gateway.ts";
import { startTcpProxy } from "./harness/tcp-proxy.ts";
import { createTestClock, type TestClock } from "./harness/test-clock.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const ENV = { DATABASE_POOL_SIZE: "2" };

let database: TestDatabase;
let clock: TestClock;
const gateways: TestGateway[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  clock = createTestClock();
});

afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
  await database.drop();
});

async function start(options: GatewayOptions = {}, url = database.authGatewayUrl): Promise<TestGateway> {
  const gateway = await startGateway(url, { clock, ...options, env: { ...ENV, ...options.env } });
  gateways.push(gateway);
  return gateway;
}

const toolsOf = (
  {
    dependencies: {
      config,
      database: { db },
    },
  }: TestGateway,
  secrets = config.authSecrets,
) => ({
  db,
  cipher: createKeyCipher(secrets),
  policy: config.keyPolicy,
  now: () => clock.now(),
});

async function keysOf({
  dependencies: {
    database: { db },
  },
}: TestGateway) {
  const rows = await db.select().from(signingKey);
  const of = (status: string) => rows.filter((row) => row.status === status);
  return { active: of("active"), next: of("next"), retired: of("retired"), withdrawn: of("withdrawn") };
}

const jwksOf = (gateway: TestGateway): JSONWebKeySet => JSON.parse(gateway.dependencies.keyring.jwks().body);
const publishedBy = (gateway: TestGateway) => jwksOf(gateway).keys.map(({ kid }) => kid);
const signedBy = (gateway: TestGateway) => gateway.dependencies.keyring.signingKey().kid;
const issue = (gateway: TestGateway) =>
  gateway.dependencies.tokens.issue({
    userId: crypto.randomUUID(),
    sessionId: crypto.randomUUID(),
    audience: "rag-api",
  }).token;

describe("on schedule", () => {
  it("the next key takes over after 30 days, one replica does it, and the others follow", async () => {
    const replicas = [await start(), await start(), await start()];
    const [first] = replicas;
    if (first === undefined) return;
    const before = await keysOf(first);
    clock.advance(30 * DAY - 1_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(new Set(replicas.map(signedBy))).toEqual(new Set([before.active[0]?.kid]));
    clock.advance(1_000);
    await expect.poll(() => new Set(replicas.map(signedBy))).toEqual(new Set([before.next[0]?.kid]));
    const after = await keysOf(first);
    expect([after.active, after.next, after.retired].map((keys) => keys.length)).toEqual([1, 1, 1]);
    expect(after.retired[0]).toMatchObject({ kid: before.active[0]?.kid, privateJwk: null });
    expect(after.next[0]?.activatesAt?.getTime()).toBe(clock.now() + 30 * DAY);
    await expect.poll(() => replicas.map((replica) => publishedBy(replica).length)).toEqual([3, 3, 3]);
    const rotations = replicas.flatMap((replica) => replica.logLines()).filter((line) => line["activated"]);
    expect(rotations).toHaveLength(1);
  });

  it("a retired key leaves the JWKS when its last token has expired, and its row stays", async () => {
    const gateway = await start();
    const { active } = await keysOf(gateway);
    clock.advance(30 * DAY);
    await expect.poll(() => publishedBy(gateway).length).toBe(3);
    clock.advance(RETIRED_FOR_MS - 1_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(publishedBy(gateway)).toContain(active[0]?.kid);
    clock.advance(6_000);
    await expect.poll(() => publishedBy(gateway)).not.toContain(active[0]?.kid);
    expect((await keysOf(gateway)).withdrawn).toMatchObject([{ kid: active[0]?.kid, withdrawalReason: "expired" }]);
  });

  it("no token is refused by a verifier that keeps the key set for 15 minutes, over three rotations", async () => {
    const env = { KEY_ROTATION_INTERVAL: "1h" };
    const replicas = [await start({ env }), await start({ env })] as const;
    const kids = new Set<string | undefined>();
    let cached = { keys: jwksOf(replicas[0]), at: clock.now() };
    for (let minute = 0; minute < 200; minute += 1) {
      clock.advance(MINUTE);
      await new Promise((resolve) => setTimeout(resolve, 15));
      const replica = replicas[minute % 2 === 0 ? 0 : 1];
      if (clock.now() - cached.at >= 15 * MINUTE) cached = { keys: jwksOf(replica), at: clock.now() };
      for (const token of replicas.map(issue)) {
        kids.add(decodeProtectedHeader(token).kid);
        const expected = { issuer: GATEWAY, audience: "rag-api", currentDate: new Date(clock.now()) };
        await jwtVerify(token, createLocalJWKSet(cached.keys), expected);
      }
    }
    expect(kids.size).toBe(4);
  });

  it("a replica that has lost the database changes its key all the same", async () => {
    const proxy = await startTcpProxy(database.authGatewayUrl);
    try {
      const alone = await start({}, proxy.url(database.authGatewayUrl));
      const other = await start();
      const { next } = await keysOf(other);
      proxy.cut();
      clock.advance(30 * DAY);
      await expect.poll(() => signedBy(other)).toBe(next[0]?.kid);
      clock.advance(10_000);
      expect(signedBy(alone)).toBe(next[0]?.kid);
    } finally {
      await proxy.close();
    }
  });

  it("a next key that can't be opened does not take over, and the log says so", async () => {
    const gateway = await start();
    const { active, next } = await keysOf(gateway);
    const { db } = gateway.dependencies.database;
    await db.update(signingKey).set({ privateJwk: "broken" }).where(eq(signingKey.status, "next"));
    const second = await start();
    clock.advance(30 * DAY);
    await expect.poll(() => second.logText()).toContain("can't take over");
    expect((await keysOf(second)).next[0]?.kid).toBe(next[0]?.kid);
    expect(signedBy(second)).toBe(active[0]?.kid);
  });

  it("without an active key the next one takes over at the next reading", async () => {
    const gateway = await start();
    const { next } = await keysOf(gateway);
    const { db } = gateway.dependencies.database;
    const retired = { status: "retired" as const, privateJwk: null, retiredAt: new Date(clock.now()) };
    await db.update(signingKey).set(retired).where(eq(signingKey.status, "active"));
    clock.advance(MINUTE);
    await expect.poll(() => signedBy(gateway)).toBe(next[0]?.kid);
  });
});

describe("on demand", () => {
  it("a young key waits until verifiers know it, an old one signs at once", async () => {
    const gateway = await start();
    const { active, next } = await keysOf(gateway);
    const young = await scheduleRotation(toolsOf(gateway));
    expect(young.kid).toBe(next[0]?.kid);
    expect(young.signsFrom.getTime()).toBe(Number(next[0]?.createdAt.getTime()) + 20 * MINUTE);
    clock.advance(MINUTE);
    await new Promise((resolve) => setTimeout(resolve, 100));
    clock.advance(18 * MINUTE);
    expect(signedBy(gateway)).toBe(active[0]?.kid);
    clock.advance(MINUTE);
    await expect.poll(() => signedBy(gateway)).toBe(next[0]?.kid);
    clock.advance(DAY);
    const old = await scheduleRotation(toolsOf(gateway));
    expect(old.signsFrom.getTime()).toBe(clock.now());
  });

  it("a rotation that is due sooner is not put off", async () => {
    const gateway = await start({ env: { KEY_ROTATION_INTERVAL: "20m" } });
    const { next } = await keysOf(gateway);
    expect((await scheduleRotation(toolsOf(gateway))).signsFrom).toEqual(next[0]?.activatesAt);
  });
});

describe("a revoked key", () => {
  it("that was active leaves at once, the next one signs, and a new next is published", async () => {
    const gateway = await start();
    const { active, next } = await keysOf(gateway);
    await revokeKey(String(active[0]?.kid), toolsOf(gateway));
    clock.advance(MINUTE);
    await expect.poll(() => signedBy(gateway)).toBe(next[0]?.kid);
    expect(publishedBy(gateway)).toHaveLength(2);
    expect(publishedBy(gateway)).not.toContain(active[0]?.kid);
    const keys = await keysOf(gateway);
    expect(keys.withdrawn).toMatchObject([{ kid: active[0]?.kid, withdrawalReason: "revoked", privateJwk: null }]);
  });

  it("that was next is replaced, and never signs even where it was due", async () => {
    const gateway = await start();
    const { active, next } = await keysOf(gateway);
    clock.advance(29 * DAY);
    await revokeKey(String(next[0]?.kid), toolsOf(gateway));
    clock.advance(DAY);
    await expect.poll(() => publishedBy(gateway)).not.toContain(next[0]?.kid);
    expect(signedBy(gateway)).toBe(active[0]?.kid);
  });

  it("that was retired leaves alone, and an unknown one changes nothing", async () => {
    const gateway = await start();
    const { active } = await keysOf(gateway);
    clock.advance(30 * DAY);
    await expect.poll(() => publishedBy(gateway).length).toBe(3);
    const before = await keysOf(gateway);
    expect(await revokeKey("unknown", toolsOf(gateway))).toBeUndefined();
    await revokeKey(String(active[0]?.kid), toolsOf(gateway));
    const after = await keysOf(gateway);
    expect([after.active, after.next, after.retired]).toEqual([before.active, before.next, []]);
  });

  it("is followed by a new one when nobody can open the next: the way out of a lost secret", async () => {
    const gateway = await start();
    const { active } = await keysOf(gateway);
    const lost = toolsOf(gateway, [{ version: 9, value: "Qw8ErTy7UiOp6AsDf5GhJk4LzXc3VbNm2QaZ1WsXeDc" }]);
    await revokeKey(String(active[0]?.kid), lost);
    const keys = await keysOf(gateway);
    expect([keys.active, keys.next, keys.withdrawn].map((rows) => rows.length)).toEqual([1, 1, 2]);
    const rescued = await start({ env: { AUTH_SECRETS: "9:Qw8ErTy7UiOp6AsDf5GhJk4LzXc3VbNm2QaZ1WsXeDc" } });
    expect(rescued.dependencies.keyring.problem()).toBeUndefined();
  });
});

it("private keys move under the first secret, once", async () => {
  const gateway = await start();
  const [old] = gateway.dependencies.config.authSecrets;
  const added = { version: 2, value: "Qw8ErTy7UiOp6AsDf5GhJk4LzXc3VbNm2QaZ1WsXeDc" };
  const tools = toolsOf(gateway, [added, ...(old === undefined ? [] : [old])]);
  expect(await reencryptKeys(tools)).toHaveLength(2);
  expect(await reencryptKeys(tools)).toEqual([]);
  const withNew = await start({ env: { AUTH_SECRETS: `2:${added.value}` } });
  expect(withNew.dependencies.keyring.problem()).toBeUndefined();
  const withOld = await start({ env: { AUTH_SECRETS: SECRETS } });
  expect(withOld.dependencies.keyring.problem()).toBe("signing_key_undecryptable");
});
