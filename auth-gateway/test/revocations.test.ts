/** The revocation feed, and the two documented verifiers that live by it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { account, session, user } from "@auth-gateway/shared-schema/auth";
import { revocation } from "@auth-gateway/shared-schema/revocations";
import { eq, sql } from "drizzle-orm";
import { createLocalJWKSet, decodeJwt, type JWTPayload, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TokenVerifier } from "../../shared-schema/examples/revocations.ts";
import { digestOf } from "../src/revocation/digest.ts";
import { GATEWAY } from "./harness/environment.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { type Browser, signUp } from "./harness/people.ts";
import { json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";
import { startTcpProxy } from "./harness/tcp-proxy.ts";
import { createTestClock } from "./harness/test-clock.ts";

const clock = createTestClock();
const suite = useGateway({ clock });

interface Feed extends JWTPayload {
  readonly cursor: number;
  readonly sessions: string[];
  readonly tokens: string[];
  readonly subjects: Record<string, number>;
}

const ask = (url: string, headers: Record<string, string> = {}) => fetch(`${url}/.well-known/revocations`, { headers });

async function readFeed(gateway: TestGateway = suite.gateway): Promise<Feed> {
  const keys = createLocalJWKSet(JSON.parse(gateway.dependencies.keyring.jwks().body));
  const options = {
    issuer: GATEWAY,
    typ: "revocations+jwt",
    algorithms: ["ES256"],
    currentDate: new Date(clock.now()),
  };
  return (await jwtVerify<Feed>(await (await ask(gateway.url)).text(), keys, options)).payload;
}

/** Time passes, and with it the snapshot's age. */
async function readFeedLater(): Promise<Feed> {
  clock.advance(4_000);
  return readFeed();
}

async function tokenOf(browser: Browser): Promise<string> {
  return (await json<{ token: string }>(await browser.fetch("/api/auth/token"))).token;
}

async function identityOf(browser: Browser): Promise<{ sid: string; sub: string }> {
  const { sid, sub } = decodeJwt(await tokenOf(browser));
  return { sid: String(sid), sub: String(sub) };
}

const database = () => suite.gateway.dependencies.database.db;

describe("the document", () => {
  it("is a JWS of its own type, valid for 30 seconds, with digests only", async () => {
    const response = await ask(suite.url);
    expect(response.headers.get("content-type")).toBe("application/revocations+jwt");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    const feed = await readFeed();
    expect(Object.keys(feed).sort()).toEqual(["cursor", "exp", "iat", "iss", "sessions", "subjects", "tokens"]);
    expect(Number(feed.exp) - Number(feed.iat)).toBe(30);
  });

  it("is not sent twice, and asks the database neither for 200 nor for 304", async () => {
    const etag = (await ask(suite.url)).headers.get("etag") ?? "";
    const queries = await suite.gateway.queriesDuring(async () => {
      expect((await ask(suite.url)).status).toBe(200);
      const again = await ask(suite.url, { "if-none-match": etag });
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    });
    expect(queries).toEqual([]);
  });

  it("is read again every second while somebody polls, and left alone when nobody does", async () => {
    await ask(suite.url);
    const polled = await suite.gateway.queriesDuring(async () => {
      clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(polled.filter((query) => query.includes("revocation_id_seq"))).toHaveLength(1);
    clock.advance(70_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const idle = await suite.gateway.queriesDuring(async () => {
      clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(idle.filter((query) => query.includes("revocation_id_seq"))).toEqual([]);
  });

  it("is signed anew after 10 seconds even if nothing happened", async () => {
    const etagAfter = async (milliseconds: number) => {
      clock.advance(milliseconds);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return (await ask(suite.url)).headers.get("etag");
    };
    const first = await etagAfter(20_000);
    expect(await etagAfter(4_000)).toBe(first);
    expect(await etagAfter(6_000)).not.toBe(first);
  });
});

describe("an entry", () => {
  it("is made when a session ends, whichever way", async () => {
    const ends: ((browser: Browser, sid: string) => Promise<unknown>)[] = [
      (browser) => browser.post("/api/auth/sign-out", {}),
      (browser) => browser.post("/api/auth/revoke-sessions", {}),
      (_browser, sid) => database().delete(session).where(eq(session.id, sid)),
    ];
    for (const end of ends) {
      const browser = await signUp(suite.url);
      const { sid } = await identityOf(browser);
      const before = await readFeedLater();
      await end(browser, sid);
      const after = await readFeedLater();
      expect(before.sessions).not.toContain(digestOf(sid));
      expect(after.sessions).toContain(digestOf(sid));
      expect(after.cursor).toBeGreaterThan(before.cursor);
    }
  });

  it("is made for the subject and the session when an account is deleted or banned", async () => {
    const [deleted, banned] = [await identityOf(await signUp(suite.url)), await identityOf(await signUp(suite.url))];
    await database().delete(account).where(eq(account.userId, deleted.sub));
    await database().delete(user).where(eq(user.id, deleted.sub));
    await database().update(user).set({ banned: true }).where(eq(user.id, banned.sub));
    const feed = await readFeedLater();
    expect(feed.sessions).toContain(digestOf(deleted.sid));
    for (const { sub } of [deleted, banned]) {
      expect(Math.abs(Number(feed.subjects[digestOf(sub)]) - Date.now() / 1000)).toBeLessThan(5);
    }
  });

  it("is made for a revoked machine client, and for a revoked token", async () => {
    const { clients, inspector, tokens } = suite.gateway.dependencies;
    const client = await clients.create({ name: "x", scopes: ["a"], audiences: ["rag-api"] });
    const { token } = tokens.issueForClient({ clientId: client.clientId, audience: "rag-api", scope: "a" });
    await inspector.revoke(token, client.clientId);
    await clients.revoke(client.clientId);
    const feed = await readFeedLater();
    expect(feed.tokens).toContain(digestOf(String(decodeJwt(token).jti)));
    expect(feed.subjects).toHaveProperty(digestOf(client.clientId));
  });

  it("is not made for a session that ended long ago by itself", async () => {
    const { sid } = await identityOf(await signUp(suite.url));
    await database()
      .update(session)
      .set({ expiresAt: new Date(Date.now() - 3_600_000) })
      .where(eq(session.id, sid));
    await database().delete(session).where(eq(session.id, sid));
    expect((await readFeedLater()).sessions).not.toContain(digestOf(sid));
  });

  it("goes when no token can live any more; the cursor stays", async () => {
    const before = await readFeedLater();
    expect(before.sessions.length).toBeGreaterThan(0);
    await database().update(revocation).set({ expiresAt: sql`now() - interval '1 second'` });
    const after = await readFeedLater();
    expect([after.sessions, after.tokens, after.subjects]).toEqual([[], [], {}]);
    expect(after.cursor).toBe(before.cursor);
    clock.advance(60_000);
    await expect.poll(() => database().select().from(revocation)).toEqual([]);
    expect((await readFeedLater()).cursor).toBe(before.cursor);
  });
});

it("without the database the last document is served for as long as it is valid, then 503", async () => {
  const proxy = await startTcpProxy(suite.database.authGatewayUrl);
  const gateway = await startGateway(proxy.url(suite.database.authGatewayUrl), { clock });
  try {
    const etag = (await ask(gateway.url)).headers.get("etag");
    proxy.cut();
    clock.advance(20_000);
    expect((await ask(gateway.url)).headers.get("etag")).toBe(etag);
    clock.advance(11_000);
    const response = await ask(gateway.url);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
  } finally {
    await gateway.close();
    await proxy.close();
  }
});

interface RunningVerifier {
  /** Why a token is refused; undefined when it is accepted. */
  refusal(token: string): Promise<string | undefined>;
  /** From now on its clock runs so many seconds ahead. */
  jump(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

async function startTypeScript(baseUrl: string): Promise<RunningVerifier> {
  const verifier = new TokenVerifier({ issuer: GATEWAY, audience: "rag-api", baseUrl });
  await verifier.start();
  return {
    refusal: (token) =>
      verifier.verify(token).then(
        () => undefined,
        (error: unknown) => String(error),
      ),
    async jump(seconds) {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
    },
    stop: async () => verifier.stop(),
  };
}

const DRIVER = `
import sys, time
import jwt, revocations
verifier = revocations.TokenVerifier(sys.argv[1], "rag-api", sys.argv[2])
verifier.start()
now = time.time
for line in sys.stdin:
    kind, _, value = line.strip().partition(" ")
    if kind == "jump":
        ahead = int(value)
        revocations.time.time = lambda: now() + ahead
        print("done", flush=True)
        continue
    try:
        verifier.verify(value)
        print("ok", flush=True)
    except jwt.InvalidTokenError as error:
        print(error, flush=True)
`;

async function startPython(baseUrl: string): Promise<RunningVerifier> {
  const folder = fileURLToPath(new URL("../../shared-schema/examples", import.meta.url));
  const python = fileURLToPath(new URL("../../rag-api/.venv/bin/python", import.meta.url));
  const env = { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(python, ["-c", DRIVER, GATEWAY, baseUrl], { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout);
  const tell = async (line: string): Promise<string> => {
    const answer = once(lines, "line");
    child.stdin.write(`${line}\n`);
    return String((await answer)[0]);
  };
  return {
    async refusal(token) {
      const answer = await tell(`verify ${token}`);
      return answer === "ok" ? undefined : answer;
    },
    jump: async (seconds) => void (await tell(`jump ${seconds}`)),
    async stop() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

describe.each([
  ["TypeScript", startTypeScript],
  ["Python", startPython],
])("the documented verifier in %s", (_language, start) => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("refuses within 5 seconds of a sign-out and of a client's revocation, and fails closed", async () => {
    const gateway = await startGateway(suite.database.authGatewayUrl);
    const verifier = await start(gateway.url);
    let closed = false;
    try {
      const { clients, tokens } = gateway.dependencies;
      const client = await clients.create({ name: "x", scopes: ["a"], audiences: ["rag-api"] });
      const machine = tokens.issueForClient({ clientId: client.clientId, audience: "rag-api", scope: "a" }).token;
      const [leaving, staying] = [await signUp(gateway.url), await signUp(gateway.url)];
      const [token, other] = [await tokenOf(leaving), await tokenOf(staying)];
      for (const good of [token, other, machine]) expect(await verifier.refusal(good)).toBeUndefined();
      await leaving.post("/api/auth/sign-out", {});
      await clients.revoke(client.clientId);
      const options = { timeout: 5_000, interval: 100 };
      await expect.poll(() => verifier.refusal(token), options).toContain("revoked");
      await expect.poll(() => verifier.refusal(machine), options).toContain("revoked");
      expect(await verifier.refusal(other)).toBeUndefined();
      await gateway.close();
      closed = true;
      await verifier.jump(31);
      expect(await verifier.refusal(other)).toContain("too old");
    } finally {
      await verifier.stop();
      if (!closed) await gateway.close();
    }
  });
});
