/** How the audit trail is written and read: in the background, without loss, and only one's own. */
import { describe, expect, it } from "vitest";
import { addressPrefix, reduceUserAgent } from "../src/audit/client.ts";
import { startAuditRetention } from "../src/audit/retention.ts";
import { AuditTrail } from "../src/audit/trail.ts";
import { systemClock } from "../src/clock.ts";
import { auditTrailOf } from "./harness/audit.ts";
import { testEnvironment } from "./harness/environment.ts";
import { startGateway } from "./harness/gateway.ts";
import { spawnGateway } from "./harness/gateway-process.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";
import { startTcpProxy } from "./harness/tcp-proxy.ts";
import { createTestClock } from "./harness/test-clock.ts";

const suite = useGateway();
const trail = auditTrailOf(suite);

interface Page {
  items: { id: string; kind: string; title: string; occurredAt: string; thisSession: boolean; reason: string | null }[];
  nextCursor: string | null;
}

describe("GET /api/account/events", () => {
  it("gives one's own events, newest first, in pages, and nobody else's", async () => {
    const person = newPerson();
    const browser = await signUp(suite.url, person);
    const stranger = await signUp(suite.url);
    for (let i = 0; i < 3; i++) {
      await new Browser(suite.url).post("/api/auth/sign-in/email", { email: person.email, password: "not this one" });
    }
    await suite.gateway.dependencies.audit.flush();
    const first = await json<Page>(await browser.fetch("/api/account/events?limit=3"));
    expect(first.items.map(({ kind }) => kind)).toEqual(["sign_in_failed", "sign_in_failed", "sign_in_failed"]);
    expect(first.items[0]).toMatchObject({
      reason: "wrong_credentials",
      title: "A sign-in was refused",
      thisSession: false,
    });
    const second = await json<Page>(await browser.fetch(`/api/account/events?limit=3&cursor=${first.nextCursor}`));
    expect(second.items.map(({ kind, thisSession }) => [kind, thisSession])).toEqual([["sign_up", true]]);
    expect(second.nextCursor).toBeNull();
    expect((await json<Page>(await stranger.fetch("/api/account/events"))).items).toHaveLength(1);
    for (const { id } of [...first.items, ...second.items]) {
      expect(JSON.stringify(first.items.concat(second.items)).split(id)).toHaveLength(2);
    }
  });

  it("tells no subject, no session and no request of anybody", async () => {
    const browser = await signUp(suite.url);
    await suite.gateway.dependencies.audit.flush();
    const [item] = (await json<Page>(await browser.fetch("/api/account/events"))).items;
    expect(Object.keys(item ?? {}).sort()).toEqual(
      ["addressPrefix", "client", "clientId", "id", "kid", "kind", "occurredAt", "outcome", "reason", "system"]
        .concat("thisSession", "title")
        .sort(),
    );
  });

  it("needs a session, a sound limit and a cursor of its own", async () => {
    await expectProblem(await fetch(`${suite.url}/api/account/events`), "authentication_required");
    const browser = await signUp(suite.url);
    await expectProblem(await browser.fetch("/api/account/events?limit=0"), "invalid_request");
    await expectProblem(await browser.fetch("/api/account/events?limit=1000"), "invalid_request");
    for (const cursor of ["x", Buffer.from("2026-01-01 x").toString("base64url"), "%00"]) {
      await expectProblem(await browser.fetch(`/api/account/events?cursor=${cursor}`), "invalid_cursor");
    }
  });
});

describe("writing", () => {
  it("costs the request no query: they are made after the answer, many rows in one", async () => {
    const queries = await suite.gateway.queriesDuring(async () => {
      await Promise.all(
        Array.from({ length: 20 }, () => new Browser(suite.url).post("/api/auth/sign-up/email", { email: "x" })),
      );
    });
    const inserts = queries.filter((query) => query.includes("insert into auth.audit_event"));
    expect(inserts.length).toBeGreaterThan(0);
    expect(inserts.length).toBeLessThan(20);
  });

  it("loses nothing when the process is told to end", async () => {
    const gateway = spawnGateway(testEnvironment(suite.database.authGatewayUrl));
    const url = await gateway.listening;
    await trail.forget();
    const answers = Array.from({ length: 30 }, (_, i) =>
      new Browser(url).post("/api/auth/sign-in/email", { email: `x${i}`, password: "x" }),
    );
    await Promise.all(answers);
    gateway.child.kill("SIGTERM");
    expect(await gateway.exited).toBe(0);
    expect((await trail.rows()).map(({ kind }) => kind)).toEqual(Array(30).fill("sign_in_failed"));
  });

  it("waits for a database that is away, and then writes each row once", async () => {
    const proxy = await startTcpProxy(suite.database.authGatewayUrl);
    const gateway = await startGateway(proxy.url(suite.database.authGatewayUrl));
    await trail.forget();
    proxy.cut();
    const { audit } = gateway.dependencies;
    for (let i = 0; i < 5; i++) audit.record({ kind: "sign_in_failed", reason: "wrong_credentials" });
    await expect.poll(() => gateway.logText()).toContain("audit events wait for the database");
    proxy.restore();
    await audit.flush();
    expect(await trail.rows()).toHaveLength(5);
    await gateway.close();
    await proxy.close();
  });

  it("keeps a bounded number of rows waiting, ends in time, and tells the log what it could not store", async () => {
    const proxy = await startTcpProxy(suite.database.authGatewayUrl);
    const gateway = await startGateway(proxy.url(suite.database.authGatewayUrl));
    const { database, logger } = gateway.dependencies;
    const limits = { queue: 3, batch: 2, retryPauseMs: 50, closeMs: 200 };
    const bounded = new AuditTrail(database.db, systemClock, logger, limits);
    proxy.cut();
    for (let i = 0; i < 10; i++)
      bounded.record({ kind: "sign_in_failed", reason: "wrong_credentials", email: "ada@example.test" });
    await bounded.close();
    const lost = gateway.logLines().filter(({ msg }) => msg === "an audit event was not stored");
    expect(lost).toHaveLength(10);
    expect(lost[0]).toMatchObject({ level: "error", audit: { kind: "sign_in_failed", reason: "wrong_credentials" } });
    expect(gateway.logText()).not.toContain("ada@example.test");
    await gateway.close();
    await proxy.close();
  });

  it("does not lose a batch for a row that the database refuses", async () => {
    const { audit } = suite.gateway.dependencies;
    await trail.forget();
    audit.record({ kind: "key_rotated", kid: "good" });
    audit.record({ kind: "key_rotated", kid: "not a kid" });
    audit.record({ kind: "key_revoked", kid: "good" });
    expect((await trail.rows()).map(({ kind, kid }) => [kind, kid])).toEqual([
      ["key_rotated", "good"],
      ["key_revoked", "good"],
    ]);
    expect(suite.gateway.logText()).toContain("the database refused an audit event");
  });
});

it("the retention purges what is older than the configured days", async () => {
  await trail.asOwner(`insert into auth.audit_event (id, occurred_at, kind, outcome)
    select gen_random_uuid(), now() - make_interval(days => d), 'sign_in', 'success' from generate_series(95, 105) d`);
  const { database, logger } = suite.gateway.dependencies;
  const clock = createTestClock();
  const retention = startAuditRetention(database.db, 100, clock, logger);
  clock.advance(3_600_000);
  const rest = () => trail.asOwner("select from auth.audit_event where occurred_at < now() - interval '90 days'");
  await expect.poll(async () => (await rest()).length).toBe(5);
  retention.stop();
});

describe("of a client is kept", () => {
  it.each([
    ["203.0.113.77", "203.0.113.0/24"],
    ["::ffff:203.0.113.77", "203.0.113.0/24"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["not an address", undefined],
    [undefined, undefined],
  ])("the network of %s: %s", (address, prefix) => {
    expect(addressPrefix(address)).toBe(prefix);
  });

  const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
  it.each([
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
      "edge",
      "windows",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 OPR/120.0`,
      "opera",
      "windows",
    ],
    [
      `Mozilla/5.0 (Linux; Android 15; SM-S931B) ${webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
      "samsung_internet",
      "android",
    ],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/140.0.0.0 Safari/537.36`, "chrome", "chromeos"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0", "firefox", "macos"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
      "safari",
      "ios",
    ],
    ["curl/8.14.1", "curl", "other"],
    ["node", "node", "other"],
    ["python-httpx/0.28.1", "python", "other"],
    ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot", "other"],
    ["", "other", "other"],
    ["x".repeat(100_000), "other", "other"],
  ])("the family of %s: %s on %s", (userAgent, client, system) => {
    expect(reduceUserAgent(userAgent)).toEqual({ client, system });
  });
});
