/** SIGN_UP=verify: nobody learns from the gateway whether an address has an account. */
import { describe, expect, it } from "vitest";
import { useMailingGateway } from "./harness/mails.ts";
import { Browser, type Credentials, newPerson } from "./harness/people.ts";
import { json } from "./harness/problems.ts";

const UNLIMITED = "1000000/1h";

const suite = useMailingGateway({
  TWO_FACTOR: "on",
  AUTH_LIMIT_ACCOUNT: UNLIMITED,
  AUTH_LIMIT_ADDRESS: UNLIMITED,
  AUTH_LIMIT_SIGN_UP: UNLIMITED,
  AUTH_LIMIT_MAIL_ACCOUNT: UNLIMITED,
  AUTH_LIMIT_MAIL_ADDRESS: UNLIMITED,
});

const post = (path: string, body: unknown) => new Browser(suite.url).post(`/api/auth${path}`, body);

async function signedUp(): Promise<Credentials> {
  const person = newPerson();
  await post("/sign-up/email", person);
  return person;
}

/** What of an answer may differ: ids, times, and what the request itself said. */
function neutral(body: string, person: Credentials): string {
  return body
    .replaceAll(person.email, "EMAIL")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
}

interface Trace {
  readonly answer: readonly [status: number, headers: string[], body: string];
  readonly queries: number;
  readonly hashes: number;
  readonly mails: number;
}

async function trace(path: string, person: Credentials, body: unknown): Promise<Trace> {
  let answer: Response | undefined;
  const hashesBefore = suite.hashes();
  const statements = await suite.gateway.queriesDuring(async () => {
    answer = await post(path, body);
  });
  if (answer === undefined) throw new Error("there was no answer");
  return {
    answer: [answer.status, [...answer.headers.keys()].sort(), neutral(await answer.text(), person)],
    queries: statements.length,
    hashes: suite.hashes() - hashesBefore,
    mails: statements.filter((sql) => /^insert into "auth"."mail_outbox"/.test(sql)).length,
  };
}

interface Attempt {
  readonly path: string;
  readonly hashes: number;
  readonly mails: number;
  readonly body: (person: Credentials) => object;
  /** What the same person does first. */
  readonly first?: (person: Credentials) => Promise<unknown>;
}

const SQUATTED = "the same password twice";

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  "sign-up": { path: "/sign-up/email", hashes: 1, mails: 1, body: (person) => ({ ...person, name: "Ada" }) },
  "sign-in": {
    path: "/sign-in/email",
    hashes: 1,
    mails: 0,
    body: ({ email }) => ({ email, password: "not the password" }),
  },
  "a sign-in with the password of a sign-up a moment ago": {
    path: "/sign-in/email",
    hashes: 1,
    mails: 0,
    first: ({ email }) => post("/sign-up/email", { name: "Eve", email, password: SQUATTED }),
    body: ({ email }) => ({ email, password: SQUATTED }),
  },
  "a reset request": { path: "/request-password-reset", hashes: 0, mails: 1, body: ({ email }) => ({ email }) },
  "a verification request": {
    path: "/send-verification-email",
    hashes: 0,
    mails: 1,
    body: ({ email }) => ({ email }),
  },
};

describe.each(Object.entries(ATTEMPTS))("%s", (_name, { path, hashes, mails, body, first: before }) => {
  it("answers and costs the same for an unknown, a new and a confirmed address", async () => {
    const unknown = newPerson();
    const fresh = await signedUp();
    const { person: member } = await suite.member();
    const traces = [];
    for (const person of [unknown, fresh, member]) {
      await before?.(person);
      traces.push(await trace(path, person, body(person)));
    }
    const [first] = traces;
    expect(first).toMatchObject({ hashes, mails });
    for (const other of traces) expect(other).toEqual(first);
  });
});

describe("a sign-up", () => {
  it("gives no session before the mailed link was used, and one at the sign-in after", async () => {
    const person = newPerson();
    const signUp = await post("/sign-up/email", person);
    expect(signUp.status).toBe(200);
    expect(signUp.headers.getSetCookie()).toEqual([]);
    expect(await json(signUp)).toMatchObject({ token: null, user: { email: person.email, emailVerified: false } });

    const early = await post("/sign-in/email", person);
    expect(early.status).toBe(401);
    expect(await json(early)).toMatchObject({
      code: "INVALID_EMAIL_OR_PASSWORD",
      message: expect.stringContaining("not confirmed yet"),
    });
    expect(early.headers.getSetCookie()).toEqual([]);

    const token = await suite.linkTo(person.email, "verify-email");
    const verified = await post("/verify-email", { token });
    expect([verified.status, await verified.json()]).toEqual([200, { status: true }]);
    expect(verified.headers.getSetCookie()).toEqual([]);
    expect((await post("/sign-in/email", person)).status).toBe(200);
  });

  it("with a taken address tells its owner, and changes nothing", async () => {
    const { person, browser } = await suite.member();
    const thief = { ...person, password: "quite another password", name: "Not Ada" };
    expect((await post("/sign-up/email", thief)).status).toBe(200);
    const letters = await suite.mailsTo(person.email, 2);
    expect(letters.at(-1)?.subject).toBe("You already have an account");
    expect((await post("/sign-in/email", thief)).status).toBe(401);
    const session = await json<{ user: object }>(await browser.fetch("/api/auth/get-session"));
    expect(session.user).toMatchObject({ name: person.name, email: person.email });
  });
});

describe("two sign-ups at the same moment", () => {
  const both = (person: Credentials) =>
    Promise.all([post("/sign-up/email", person), post("/sign-up/email", { ...person, password: "another one here" })]);

  it.each(["free", "taken"])("with a %s address are answered alike", async (kind) => {
    for (let round = 0; round < 5; round++) {
      const person = kind === "free" ? newPerson() : await signedUp();
      expect((await both(person)).map(({ status }) => status)).toEqual([200, 200]);
    }
  });
});

it("tells somebody without an account so by mail only", async () => {
  const { email } = newPerson();
  await post("/request-password-reset", { email });
  await post("/send-verification-email", { email });
  const letters = await suite.mailsTo(email, 2);
  expect(letters.map(({ subject }) => subject)).toEqual(Array(2).fill("There is no account with this address"));
  expect(letters.map(({ text }) => text).join("")).not.toContain("http");
});

const SINGLE = Object.entries(ATTEMPTS).filter(([, { first }]) => first === undefined);

describe.each(SINGLE)("%s, in a crowd of mails", (name, { path, body }) => {
  it("takes the same time, as far as medians tell", { timeout: 60_000 }, async () => {
    const known = await signedUp();
    const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
    for (let turn = 0; turn < 250; turn++) {
      for (const [kind, person] of [
        ["known", known],
        ["unknown", newPerson()],
      ] as const) {
        const startedAt = performance.now();
        const response = await post(path, body(person));
        await response.arrayBuffer();
        times[kind].push(performance.now() - startedAt);
      }
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]?.toFixed(2);
    // Reported, not asserted: the machine decides.
    process.stdout.write(`${name}: median ms of 250 tries each, interleaved: `);
    process.stdout.write(`known ${median(times.known)}, unknown ${median(times.unknown)}\n`);
    expect(times.known).toHaveLength(times.unknown.length);
  });
});
