/** The outbox and its sender, with a real SMTP server in every mood. */
import { mailOutbox } from "@auth-gateway/shared-schema/accounts";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { joinTransaction } from "../src/db/transactions.ts";
import type { Mailer } from "../src/mail/mailer.ts";
import { createSealer } from "../src/mail/sealing.ts";
import { SECRETS } from "./harness/environment.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "./harness/gateway.ts";
import { newPerson, signUp } from "./harness/people.ts";
import { type SmtpHarness, startSmtp } from "./harness/smtp.ts";
import { createTestClock, type TestClock } from "./harness/test-clock.ts";
import { eventually } from "./harness/wait.ts";

let smtp: SmtpHarness;
let database: TestDatabase;
const running: TestGateway[] = [];

beforeAll(async () => {
  smtp = await startSmtp();
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.close()));
  smtp.mood = "takes";
});

afterAll(async () => {
  await smtp.close();
  await database.drop();
});

async function start(options: GatewayOptions & { readonly clock?: TestClock } = {}) {
  const clock = options.clock ?? createTestClock();
  const env = { SMTP_URL: smtp.url, MAIL_FROM: "Example <no-reply@example.test>", SIGN_UP: "open", ...options.env };
  const gateway = await startGateway(database.authGatewayUrl, { ...options, clock, env });
  running.push(gateway);
  const { db } = gateway.dependencies.database;
  return {
    gateway,
    mailer: gateway.dependencies.mailer,
    db,
    /** Lets the sender look into the outbox. */
    look: () => clock.advance(1_000),
    waiting: () => db.select().from(mailOutbox),
    makeDue: () => db.update(mailOutbox).set({ dueAt: sql`now()` }),
  };
}

let count = 0;
async function enqueue(mailer: Mailer): Promise<string> {
  const to = `ada.${count++}@example.test`;
  await mailer.enqueue({ to, template: "verify-email", data: { url: "https://auth.example.test/#token=a&b" } });
  return to;
}

const logOf = (gateway: TestGateway, msg: string) =>
  eventually(() => gateway.logLines().find((line) => line["msg"] === msg));

describe("a mail", () => {
  it("is delivered as text and HTML, and leaves nothing behind", async () => {
    const { mailer, look, waiting, gateway } = await start();
    const to = await enqueue(mailer);
    const [row] = await waiting();
    expect(row).toMatchObject({ template: "verify-email", attempts: 0, userId: null });
    expect(JSON.stringify(row)).not.toMatch(/ada\.|example\.test/);
    look();
    const [letter] = await eventually(() => smtp.lettersTo(to).length > 0 && smtp.lettersTo(to));
    expect(letter).toMatchObject({
      subject: "Confirm your e-mail address",
      from: { name: "Example", address: "no-reply@example.test" },
      to: [{ address: to }],
      messageId: `<${row?.id}@example.test>`,
    });
    expect(letter?.text).toContain("\nhttps://auth.example.test/#token=a&b\n");
    expect(letter?.html).toContain('<a href="https://auth.example.test/#token=a&amp;b">');
    expect(letter?.html).not.toMatch(/<(script|img|style|link)/);
    expect(letter?.headers).toContainEqual(expect.objectContaining({ key: "auto-submitted", value: "auto-generated" }));
    await eventually(async () => (await waiting()).length === 0);
    expect(await logOf(gateway, "mail sent")).toMatchObject({ template: "verify-email", attempts: 1 });
    expect(gateway.logText()).not.toContain(to);
  });

  it("of a transaction that is rolled back is never sent", async () => {
    const { mailer, db, waiting } = await start();
    const rolledBack = db.transaction(async (tx) => {
      expect(joinTransaction(db)).toBe(tx);
      await enqueue(mailer);
      throw new Error("no, after all");
    });
    await expect(rolledBack).rejects.toThrow("no, after all");
    expect(joinTransaction(db)).toBe(db);
    expect(await waiting()).toEqual([]);
  });

  it("that is about an account goes with it", async () => {
    const { gateway, mailer, db, waiting } = await start();
    const person = newPerson();
    await signUp(gateway.url, person);
    const user = await db.query.user.findFirst({ where: (row, { eq }) => eq(row.email, person.email) });
    await db.delete(mailOutbox);
    await mailer.enqueue({ to: person.email, template: "already-verified", data: {}, userId: user?.id });
    expect(await waiting()).toHaveLength(1);
    await db.execute(sql`delete from auth."user" where id = ${user?.id}`);
    expect(await waiting()).toEqual([]);
  });
});

describe("a server", () => {
  it("that refuses the address for good is not asked again", async () => {
    const { gateway, mailer, look, waiting } = await start();
    smtp.mood = "refuses for good";
    const to = await enqueue(mailer);
    look();
    const line = await logOf(gateway, "mail given up");
    expect(line).toMatchObject({ level: "error", template: "verify-email", attempts: 1 });
    await eventually(async () => (await waiting()).length === 0);
    expect(gateway.logText()).not.toContain(to);
  });

  it.each(["refuses for now", "dies"] as const)("that %s is asked again later", async (mood) => {
    const { gateway, mailer, look, waiting, makeDue } = await start();
    smtp.mood = mood;
    const to = await enqueue(mailer);
    look();
    expect(await logOf(gateway, "mail not sent")).toMatchObject({ level: "warn", attempts: 1 });
    const [row] = await waiting();
    expect(row?.attempts).toBe(1);
    const pause = Number(row?.dueAt) - Date.now();
    expect(pause).toBeGreaterThan(30_000);
    expect(pause).toBeLessThan(61_000);

    smtp.mood = "takes";
    look();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(smtp.lettersTo(to)).toEqual([]);
    await makeDue();
    look();
    await eventually(() => smtp.lettersTo(to).length === 1);
    await eventually(async () => (await waiting()).length === 0);
  });

  it("that hangs holds up neither requests nor the other mails", { timeout: 40_000 }, async () => {
    const { gateway, mailer, look, makeDue } = await start();
    smtp.mood = "hangs";
    const held = await enqueue(mailer);
    const before = smtp.connections;
    look();
    await eventually(() => smtp.connections > before);
    await signUp(gateway.url);
    smtp.mood = "takes";
    const to = await enqueue(mailer);
    look();
    await eventually(() => smtp.lettersTo(to).length === 1);
    expect(smtp.lettersTo(held)).toEqual([]);
    await eventually(() => gateway.logLines().find((line) => line["msg"] === "mail not sent"), 15_000);
    await makeDue();
    look();
    await eventually(() => smtp.lettersTo(held).length === 1);
  });

  it("that never takes it is given up after the seventh try, and no personal data stays", async () => {
    const { gateway, mailer, db, look, waiting } = await start();
    smtp.mood = "refuses for now";
    await enqueue(mailer);
    await db.update(mailOutbox).set({ attempts: 6 });
    look();
    expect(await logOf(gateway, "mail given up")).toMatchObject({ level: "error", attempts: 7 });
    await eventually(async () => (await waiting()).length === 0);
  });

  it("that wants a password gets it", async () => {
    const picky = await startSmtp({ login: { user: "mailer@example.test", password: "p@ss:word" } });
    const { mailer, look } = await start({ env: { SMTP_URL: picky.url } });
    const to = await enqueue(mailer);
    look();
    await eventually(() => picky.lettersTo(to).length === 1);
    await picky.close();
  });
});

it("is sent by one replica of two, once", async () => {
  const clock = createTestClock();
  const [one, other] = [await start({ clock }), await start({ clock })];
  const addresses = await Promise.all(Array.from({ length: 40 }, () => enqueue(one.mailer)));
  for (let i = 0; i < 4; i++) one.look();
  await eventually(async () => (await one.waiting()).length === 0);
  expect(addresses.map((to) => smtp.lettersTo(to).length)).toEqual(addresses.map(() => 1));
  for (const { gateway } of [one, other]) {
    expect(gateway.logLines().filter((line) => line["msg"] === "mail sent").length).toBeGreaterThan(0);
  }
});

it("opens after a rotation of secrets, and only in its own row", () => {
  const [old, current] = [
    { version: 1, value: SECRETS.slice(2) },
    { version: 2, value: SECRETS.slice(2).toUpperCase() },
  ];
  const sealed = createSealer([old]).seal("hello", "row 1");
  expect(createSealer([current, old]).open(sealed, "row 1")).toBe("hello");
  expect(() => createSealer([current, old]).open(sealed, "row 2")).toThrow();
  expect(() => createSealer([current]).open(sealed, "row 1")).toThrow("no secret of version 1");
});
