/** The audit trail: one row for each event, and nothing in it that names a person. */
import { AUDIT_EVENTS } from "@auth-gateway/shared-schema/audit-events";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AuditTestRow, auditTrailOf } from "./harness/audit.ts";
import { FRONTEND } from "./harness/environment.ts";
import { Browser, newPerson, signUp, stockClient } from "./harness/people.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway({ env: { TRUSTED_PROXIES: "127.0.0.0/8,::1/128" } });
const trail = auditTrailOf(suite);

interface FailureCase {
  readonly name: string;
  readonly expected: Partial<AuditTestRow>;
  /** Whether the row belongs to the person. */
  readonly concerns: boolean;
  readonly fail: (person: ReturnType<typeof newPerson>, browser: Browser) => Promise<Response>;
}

const failures: readonly FailureCase[] = [
  {
    name: "a wrong password",
    expected: { kind: "sign_in_failed", reason: "wrong_credentials" },
    concerns: true,
    fail: ({ email }) => new Browser(suite.url).post("/api/auth/sign-in/email", { email, password: "not this one" }),
  },
  {
    name: "a wrong password, with the address in another case",
    expected: { kind: "sign_in_failed", reason: "wrong_credentials" },
    concerns: true,
    fail: ({ email }) =>
      new Browser(suite.url).post("/api/auth/sign-in/email", { email: email.toUpperCase(), password: "not this one" }),
  },
  {
    name: "a wrong password in a form",
    expected: { kind: "sign_in_failed", reason: "wrong_credentials" },
    concerns: true,
    fail: ({ email }) =>
      new Browser(suite.url).fetch("/api/auth/sign-in/email", {
        method: "POST",
        headers: { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" },
        body: new URLSearchParams({ email, password: "not this one" }),
      }),
  },
  {
    name: "an unknown account",
    expected: { kind: "sign_in_failed", reason: "wrong_credentials" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/auth/sign-in/email", { ...newPerson() }),
  },
  {
    name: "a sign-in without a sound address",
    expected: { kind: "sign_in_failed", reason: "values_refused" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/auth/sign-in/email", { email: "nobody", password: "x" }),
  },
  {
    name: "a taken address",
    expected: { kind: "sign_up_refused", reason: "account_exists" },
    concerns: true,
    fail: (person) => new Browser(suite.url).post("/api/auth/sign-up/email", person),
  },
  {
    name: "a short password",
    expected: { kind: "sign_up_refused", reason: "password_refused" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/auth/sign-up/email", { ...newPerson(), password: "short" }),
  },
  {
    name: "a name that is too long",
    expected: { kind: "sign_up_refused", reason: "values_refused" },
    concerns: false,
    fail: () => new Browser(suite.url).post("/api/auth/sign-up/email", { ...newPerson(), name: "x".repeat(300) }),
  },
  {
    name: "a change with a cookie and a null origin",
    expected: { kind: "origin_refused", reason: null },
    concerns: false,
    fail: (_person, browser) => browser.post("/api/auth/sign-out", {}, { origin: "null" }),
  },
  {
    name: "a token for a session that has ended",
    expected: { kind: "token_refused", reason: "session_ended" },
    concerns: false,
    async fail(_person, browser) {
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      await browser.post("/api/auth/sign-out", {});
      await trail.forget();
      return fetch(`${suite.url}/api/auth/token`, { headers: { cookie, origin: FRONTEND } });
    },
  },
  {
    name: "a token for an unknown audience",
    expected: { kind: "token_refused", reason: "unknown_audience" },
    concerns: false,
    fail: (_person, browser) => browser.fetch("/api/auth/token?audience=nowhere"),
  },
];

describe("a failure is exactly one row", () => {
  it.each(failures)("$name", async ({ expected, concerns, fail }) => {
    const person = newPerson();
    const browser = await signUp(suite.url, person);
    await trail.forget();
    const answer = await fail(person, browser);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const rows = await trail.rows();
    expect(rows).toEqual([expect.objectContaining({ ...expected, outcome: "failure" })]);
    expect(rows[0]?.request_id).toBe(answer.headers.get("x-request-id"));
    expect(rows[0]?.subject).toBe(concerns ? await trail.subjectOf(person.email) : null);
  });

  it("and is none where nothing of anybody's was refused", async () => {
    await trail.forget();
    await fetch(`${suite.url}/api/auth/token`);
    await fetch(`${suite.url}/api/auth/get-session`);
    await fetch(`${suite.url}/api/auth/nothing-here`, { method: "POST" });
    await fetch(`${suite.url}/api/auth/sign-in/email`);
    expect(await trail.rows()).toEqual([]);
  });

  it("once a minute and network where it costs its sender nothing", async () => {
    await trail.forget();
    for (let i = 0; i < 5; i++) {
      await fetch(`${suite.url}/api/auth/revoke-session`, {
        method: "POST",
        headers: { cookie: "a=1", origin: "null", "x-forwarded-for": `203.0.113.${i}` },
      });
    }
    expect(await trail.rows()).toEqual([
      expect.objectContaining({ kind: "origin_refused", address_prefix: "203.0.113.0/24" }),
    ]);
  });
});

describe("a success is one row", () => {
  it("for each step of a session's life, with the same digest of the session", async () => {
    const person = newPerson();
    await trail.forget();
    const browser = await signUp(suite.url, person);
    await browser.post("/api/auth/sign-out", {});
    await stockClient(suite.url, browser).signIn.email(person);
    const other = new Browser(suite.url);
    await stockClient(suite.url, other).signIn.email(person);
    await stockClient(suite.url, browser).revokeOtherSessions();
    await stockClient(suite.url, browser).getSession();
    await browser.fetch("/api/auth/token");
    const rows = await trail.rows();
    expect(rows.map(({ kind, reason }) => [kind, reason])).toEqual([
      ["sign_up", null],
      ["sign_out", null],
      ["sign_in", "password"],
      ["sign_in", "password"],
      ["session_revoked", "others"],
    ]);
    expect(new Set(rows.map(({ subject }) => subject))).toEqual(new Set([await trail.subjectOf(person.email)]));
    const sessions = rows.map(({ session }) => session);
    expect(sessions[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(sessions[1]).toBe(sessions[0]);
    expect(sessions[2]).not.toBe(sessions[0]);
    expect(sessions[4]).toBe(sessions[2]);
  });

  it("says the network, the browser's family and its system, no more", async () => {
    await trail.forget();
    const agent =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.7339.16 Safari/537.36";
    await new Browser(suite.url).post("/api/auth/sign-up/email", newPerson(), { "user-agent": agent });
    expect(await trail.rows()).toEqual([
      expect.objectContaining({ address_prefix: "127.0.0.0/24", client: "chrome", system: "linux" }),
    ]);
  });
});

describe("privacy", () => {
  it("keeps every column to its declared alphabet, whatever is sent", async () => {
    const hostile = { "user-agent": "ada@example.test <script> '; drop", "x-request-id": "ada@example.test" };
    await new Browser(suite.url).post("/api/auth/sign-up/email", newPerson(), hostile);
    const rows = await trail.allRows();
    expect(rows.length).toBeGreaterThan(20);
    const alphabets: Record<keyof AuditTestRow, RegExp> = {
      id: /^[0-9a-f-]{36}$/,
      occurred_at: /^2\d{3}-\d\d-\d\d \d\d:\d\d:\d\d/,
      kind: new RegExp(`^(${Object.keys(AUDIT_EVENTS).join("|")})$`),
      reason: new RegExp(
        `^(${Object.values(AUDIT_EVENTS)
          .flatMap(({ reasons }) => [...reasons])
          .join("|")})$`,
      ),
      outcome: /^(success|failure)$/,
      subject: /^[0-9a-f-]{36}$/,
      actor: /^[0-9a-f-]{36}$/,
      session: /^[0-9a-f]{16}$/,
      address_prefix: /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.0\/24|[0-9a-f:]+::\/64)$/,
      client: /^[a-z_]+$/,
      system: /^[a-z]+$/,
      request_id: /^[A-Za-z0-9._-]{1,64}$/,
      kid: /^[A-Za-z0-9_-]{1,64}$/,
      client_id: /^[A-Za-z0-9._:-]{1,128}$/,
    };
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual(Object.keys(alphabets).sort());
      for (const [column, value] of Object.entries(row)) {
        if (value !== null) expect(value, column).toMatch(alphabets[column as keyof AuditTestRow]);
      }
      const event = AUDIT_EVENTS[row.kind as keyof typeof AUDIT_EVENTS];
      expect(row.outcome).toBe(event.outcome);
      if (row.reason !== null) expect(event.reasons).toContain(row.reason);
    }
  });

  it.each([
    ["kind", "'ada@example.test'"],
    ["reason", "'Ada Example'"],
    ["outcome", "'maybe'"],
    ["session", "'0199f3c2-7d1e-7000-8000-000000000000'"],
    ["address_prefix", "'203.0.113.7/32'"],
    ["address_prefix", "'2001:db8::/48'"],
    ["client", "'Mozilla/5.0'"],
    ["system", "'Linux x86_64'"],
    ["request_id", "'a b'"],
    ["kid", "'a.b'"],
    ["client_id", "'a b'"],
  ])("is the database's rule, too: %s refuses %s", async (column, value) => {
    const values: Record<string, string> = { kind: "'sign_in'", outcome: "'success'", [column]: value };
    const statement = `insert into auth.audit_event (id, occurred_at, ${Object.keys(values)})
      values (gen_random_uuid(), now(), ${Object.values(values)})`;
    await expect(trail.asGateway(statement)).rejects.toMatchObject({
      code: "23514",
      constraint: `audit_event_${column}_check`,
    });
  });

  it("leaves rows that belong to nobody once the person is deleted", async () => {
    const person = newPerson();
    await trail.forget();
    const browser = await signUp(suite.url, person);
    const { user, session } = (await stockClient(suite.url, browser).getSession()).data ?? {};
    const before = await trail.rows();
    await trail.asGateway(`delete from auth."user" where email = '${person.email}'`);
    const after = await trail.rows();
    expect(after).toEqual(before);
    const links = `select from auth.audit_subject where subject = '${before[0]?.subject}'`;
    expect(await trail.asGateway(links)).toEqual([]);
    const text = JSON.stringify(after);
    for (const known of [user?.id, session?.id, person.email, person.name]) expect(text).not.toContain(known);
  });
});

describe("the rows", () => {
  let gateway: pg.Client;

  beforeAll(async () => {
    gateway = new pg.Client({ connectionString: suite.database.authGatewayUrl });
    await gateway.connect();
  });

  afterAll(() => gateway?.end());

  it.each([
    "update auth.audit_event set kind = 'sign_in'",
    "delete from auth.audit_event",
    "truncate auth.audit_event",
    "update auth.audit_subject set subject = gen_random_uuid()",
    "delete from auth.audit_subject",
    "alter table auth.audit_event drop constraint audit_event_kind_check",
    'drop trigger user_audit_subject on auth."user"',
  ])("are only added to by the gateway: %s", async (statement) => {
    await expect(gateway.query(statement)).rejects.toMatchObject({ code: "42501" });
  });

  it("go away by the purge alone, never younger than 30 days", async () => {
    await trail.asOwner(`insert into auth.audit_event (id, occurred_at, kind, outcome)
      select gen_random_uuid(), now() - make_interval(days => d), 'sign_in', 'success' from generate_series(1, 500, 10) d`);
    await expect(gateway.query("select auth.purge_audit_events(29, 10)")).rejects.toMatchObject({ code: "22023" });
    const purged = await gateway.query("select auth.purge_audit_events(400, 6) as n");
    expect(purged.rows).toEqual([{ n: 6 }]);
    const rest = await gateway.query("select auth.purge_audit_events(400, 100) as n");
    expect(rest.rows).toEqual([{ n: 4 }]);
    const oldest = await gateway.query(
      "select extract(day from now() - min(occurred_at))::int as days from auth.audit_event",
    );
    expect(oldest.rows[0].days).toBeLessThanOrEqual(400);
  });
});
