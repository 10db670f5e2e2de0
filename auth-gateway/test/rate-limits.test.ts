/** Limits on tries: by address, by account, shared by replicas, exact, and deaf to what clients say of themselves. */
import { attemptCounter } from "@auth-gateway/shared-schema/abuse";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterKey, deleteExpiredCounters, lowerCounters, raiseCounters } from "../src/abuse/queries.ts";
import { FRONTEND } from "./harness/environment.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { Browser, type Credentials, newPerson, signUp, signUpBearer } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const QUOTA = 8;
const env = {
  TRUSTED_PROXIES: "127.0.0.0/8,::1/128",
  AUTH_LIMIT_ACCOUNT: `${QUOTA}/10m`,
  AUTH_LIMIT_ADDRESS: "30/10m",
  AUTH_LIMIT_SIGN_UP: "12/10m",
  AUTH_LIMIT_READS: "50/1h",
};
const suite = useGateway({ env });
let other: TestGateway;

beforeAll(async () => {
  other = await startGateway(suite.database.authGatewayUrl, { env });
});
afterAll(() => other?.close());

let hosts = 0;
/** An address that no other test uses. */
const newAddress = () => `198.51.${100 + Math.floor(++hosts / 250)}.${hosts % 250}`;

interface From {
  readonly address: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
}

const post = (path: string, body: unknown, { address, url = suite.url, headers = {} }: From) =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": address, origin: FRONTEND, ...headers },
    body: JSON.stringify(body),
  });

const signIn = (person: Pick<Credentials, "email" | "password">, from: From) =>
  post("/api/auth/sign-in/email", { email: person.email, password: person.password }, from);

const guess = (email: string, from: From) => signIn({ email, password: "not the password" }, from);

async function newAccount(): Promise<Credentials> {
  const person = newPerson();
  expect((await post("/api/auth/sign-up/email", person, { address: newAddress() })).status).toBe(200);
  return person;
}

const statuses = (answers: readonly Response[]) => answers.map(({ status }) => status);

async function repeat(times: number, work: (index: number) => Promise<Response>): Promise<Response[]> {
  const answers: Response[] = [];
  for (let index = 0; index < times; index++) answers.push(await work(index));
  return answers;
}

describe("an account", () => {
  it("answers 40 wrong passwords from rotating addresses with 429 from the configured count on", async () => {
    const person = await newAccount();
    const answers = await repeat(40, () => guess(person.email, { address: newAddress() }));
    expect(statuses(answers)).toEqual([...Array(QUOTA).fill(401), ...Array(40 - QUOTA).fill(429)]);
    const last = answers.at(-1) as Response;
    expect(last.headers.get("ratelimit-limit")).toBe(String(QUOTA));
    expect(last.headers.get("ratelimit-remaining")).toBe("0");
    const seconds = Number(last.headers.get("retry-after"));
    expect(seconds).toBe(Number(last.headers.get("ratelimit-reset")));
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
    await expectProblem(last, "account_locked");
    await expectProblem(await signIn(person, { address: newAddress() }), "account_locked");
  });

  it("that does not exist answers the same, word for word", async () => {
    const known = await newAccount();
    const unknown = newPerson();
    const told = [];
    for (const { email } of [known, unknown]) {
      const answers = await repeat(QUOTA + 1, () => guess(email, { address: newAddress() }));
      told.push(
        await Promise.all(
          answers.map(async (answer) => {
            const { requestId, ...body } = await json<Record<string, unknown>>(answer);
            const limits = ["limit", "remaining"].map((name) => answer.headers.get(`ratelimit-${name}`));
            return [
              answer.status,
              { ...body, detail: undefined, message: String(body["message"]).replace(/\d+ s/, "n s") },
              limits,
            ];
          }),
        ),
      );
    }
    expect(told[0]).toEqual(told[1]);
  });

  it("is one however its address is written, and whatever the media type", async () => {
    const person = await newAccount();
    const spellings = [person.email.toUpperCase(), person.email, person.email.replace("ada", "aDa")];
    const answers = await repeat(QUOTA, (index) => guess(spellings[index % 3] ?? "", { address: newAddress() }));
    expect(statuses(answers)).toEqual(Array(QUOTA).fill(401));
    const form = (type: string) =>
      fetch(`${suite.url}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "content-type": type, "x-forwarded-for": newAddress(), origin: FRONTEND },
        body: new URLSearchParams([
          ["email", "somebody@example.test"],
          ["email", person.email],
          ["password", person.password],
        ]).toString(),
      });
    expect((await form("application/x-www-form-urlencoded")).status).toBe(429);
    expect((await form("x-application/x-www-form-urlencoded-x")).status).toBe(415);
  });

  it("loses its failures when its owner signs in", async () => {
    const person = await newAccount();
    for (let round = 0; round < 3; round++) {
      const answers = await repeat(QUOTA - 1, () => guess(person.email, { address: newAddress() }));
      expect(statuses(answers)).toEqual(Array(QUOTA - 1).fill(401));
      expect((await signIn(person, { address: newAddress() })).status).toBe(200);
    }
  });

  it("is not counted for sign-ins that succeed, however many come at once", async () => {
    const person = await newAccount();
    const address = newAddress();
    const answers = await Promise.all(Array.from({ length: 60 }, () => signIn(person, { address })));
    expect(statuses(answers)).toEqual(Array(60).fill(200));
  });

  it("lets no more than the quota through of 50 tries at once on two replicas", async () => {
    const person = await newAccount();
    const urls = [suite.url, other.url];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        guess(person.email, { address: newAddress(), url: urls[index % 2] ?? suite.url }),
      ),
    );
    expect(statuses(answers).filter((status) => status === 401)).toHaveLength(QUOTA);
    expect(statuses(answers).filter((status) => status === 429)).toHaveLength(50 - QUOTA);
    const person2 = await newAccount();
    expect((await signIn(person2, { address: newAddress(), url: other.url })).status).toBe(200);
  });

  it("can be closed to the one whose session comes along, too", async () => {
    const token = await signUpBearer(suite.url, newPerson());
    const change = () =>
      post(
        "/api/auth/change-password",
        { currentPassword: "not the password", newPassword: "another long one 4711" },
        { address: newAddress(), headers: { authorization: `Bearer ${token}` } },
      );
    const answers = await repeat(QUOTA + 1, change);
    expect(statuses(answers)).toEqual([...Array(QUOTA).fill(400), 429]);
  });
});

describe("an address", () => {
  it("shared by two users: the failures of one don't stop the other", async () => {
    const [clumsy, neighbour] = [await newAccount(), await newAccount()];
    const address = newAddress();
    const answers = await repeat(40, () => guess(clumsy.email, { address }));
    expect(statuses(answers).filter((status) => status === 429)).toHaveLength(40 - QUOTA);
    expect((await signIn(neighbour, { address })).status).toBe(200);
  });

  it("that tries many accounts is stopped, and with it its IPv6 /64, and no other", async () => {
    const answers = await repeat(32, (index) =>
      guess(newPerson().email, { address: `2001:db8:0:1::${(index + 1).toString(16)}` }),
    );
    expect(statuses(answers)).toEqual([...Array(30).fill(401), 429, 429]);
    const problem = await expectProblem(answers[31] as Response, "rate_limited");
    expect(problem["detail"]).toMatch(/^The limit address \(30\) is used up\. Try again in \d+ seconds\.$/);
    const person = await newAccount();
    expect((await signIn(person, { address: "2001:db8:0:1:ffff::1" })).status).toBe(429);
    expect((await signIn(person, { address: "2001:db8:0:2::1" })).status).toBe(200);
  });

  it("signs up so many people and no more", async () => {
    const address = newAddress();
    const answers = await repeat(13, () => post("/api/auth/sign-up/email", newPerson(), { address }));
    expect(statuses(answers)).toEqual([...Array(12).fill(200), 429]);
    expect((await expectProblem(answers[12] as Response, "rate_limited"))["detail"]).toMatch(
      /^The limit sign_up \(12\)/,
    );
  });

  it("reads so often and no more; a process counts for itself", async () => {
    const address = newAddress();
    const read = (url: string, path = "/.well-known/jwks.json") =>
      fetch(url + path, { headers: { "x-forwarded-for": address } });
    const answers = await repeat(51, () => read(suite.url));
    expect(statuses(answers)).toEqual([...Array(50).fill(200), 429]);
    for (const path of ["/api/auth/get-session", "/api/auth/token"]) {
      expect((await expectProblem(await read(suite.url, path), "rate_limited"))["detail"]).toMatch(/^The limit reads/);
    }
    expect((await read(other.url)).status).toBe(200);
    expect((await fetch(`${suite.url}/livez`, { headers: { "x-forwarded-for": address } })).status).toBe(200);
  });
});

it("counts what is left down, where a browser's script can read it", async () => {
  const person = await newAccount();
  const answers = await repeat(3, () => guess(person.email, { address: newAddress() }));
  expect(answers.map(({ headers }) => headers.get("ratelimit-remaining"))).toEqual(
    [1, 2, 3].map((tries) => String(QUOTA - tries)),
  );
  expect(answers[0]?.headers.get("access-control-expose-headers")).toMatch(
    /RateLimit-Limit,RateLimit-Remaining,RateLimit-Reset/,
  );
});

it("a window ends, and the count begins anew", async () => {
  const person = await newAccount();
  const { db } = suite.gateway.dependencies.database;
  await repeat(QUOTA, () => guess(person.email, { address: newAddress() }));
  await db.update(attemptCounter).set({ expiresAt: sql`now()` });
  expect((await signIn(person, { address: newAddress() })).status).toBe(200);
});

it("two quotas less one are the most at the edge of two windows, and then it is closed", async () => {
  const person = await newAccount();
  const { db } = suite.gateway.dependencies.database;
  const early = await repeat(QUOTA - 1, () => guess(person.email, { address: newAddress() }));
  await db.update(attemptCounter).set({ expiresAt: sql`now()` });
  const late = await repeat(QUOTA + 1, () => guess(person.email, { address: newAddress() }));
  expect(statuses([...early, ...late])).toEqual([...Array(2 * QUOTA - 1).fill(401), 429]);
  expect(Number(late.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(590);
});

it("counters raised and lowered in any order by many at once never wait for each other in a circle", async () => {
  const { db } = suite.gateway.dependencies.database;
  const [one, two] = ["a", "b"].map((letter) => ({ name: "account", subject: letter.repeat(22) })) as [
    CounterKey,
    CounterKey,
  ];
  const asked = ({ name, subject }: CounterKey) => ({ name, subject, quota: 1_000_000, windowSeconds: 600 });
  const rounds = Array.from({ length: 200 }, (_, round) => {
    const [first, second] = round % 2 === 0 ? [one, two] : [two, one];
    if (round % 3 === 0) return raiseCounters(db, [asked(first), asked(second)]);
    return round % 3 === 1 ? lowerCounters(db, [first, second], []) : lowerCounters(db, [first], [second]);
  });
  const failed = (await Promise.allSettled(rounds)).filter(({ status }) => status === "rejected");
  expect(failed).toEqual([]);
});

it("expired rows are deleted, the others stay", async () => {
  const { db } = suite.gateway.dependencies.database;
  await guess(newPerson().email, { address: newAddress() });
  await db.update(attemptCounter).set({ expiresAt: sql`now()` }).where(sql`limit_name = 'account'`);
  const others = await db.select().from(attemptCounter).where(sql`expires_at > now()`);
  expect(others.length).toBeGreaterThan(0);
  await deleteExpiredCounters(db);
  const left = await db.select().from(attemptCounter);
  expect(left).toHaveLength(others.length);
  expect(left.every(({ limit }) => limit !== "account")).toBe(true);
});

it("rows name nobody, and none is meant to live a day", async () => {
  const person = await newAccount();
  const { db } = suite.gateway.dependencies.database;
  await guess(person.email, { address: newAddress() });
  const rows = await db.select().from(attemptCounter);
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) {
    expect(row.subject).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(row.limit).toMatch(/^(account|address|sign_up|mail_account)$/);
    expect(row.expiresAt.getTime()).toBeLessThan(Date.now() + 12 * 3_600_000);
  }
});

it("costs a sign-in two statements, and one that was just refused none", async () => {
  const person = await newAccount();
  const address = newAddress();
  await signIn(person, { address });
  const counting = (queries: string[]) => queries.filter((query) => query.includes("_counters("));
  expect(counting(await suite.gateway.queriesDuring(() => signIn(person, { address })))).toHaveLength(2);
  expect(counting(await suite.gateway.queriesDuring(() => guess(person.email, { address })))).toHaveLength(1);
  await repeat(QUOTA, () => guess(person.email, { address }));
  const refused = await suite.gateway.queriesDuring(() => guess(person.email, { address }));
  expect(counting(refused)).toEqual([]);
});

it("a browser of Ada's signs in from anywhere", async () => {
  const person = newPerson();
  const browser = await signUp(suite.url, person);
  await repeat(QUOTA + 1, () => guess(person.email, { address: newAddress() }));
  expect((await new Browser(suite.url).post("/api/auth/sign-in/email", person)).status).toBe(429);
  expect((await browser.post("/api/auth/sign-in/email", person)).status).toBe(200);
});
