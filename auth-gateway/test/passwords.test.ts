/** How passwords are stored, and that older hashes still open the door. */
import { account } from "@auth-gateway/shared-schema/auth";
import { hash as argon2Hash } from "@node-rs/argon2";
import { hashPassword as scryptHash } from "better-auth/crypto";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();

async function accountOf(browser: Browser) {
  const { user } = await json<{ user: { id: string } }>(await browser.fetch("/api/auth/get-session"));
  const [row] = await suite.gateway.dependencies.database.db.select().from(account).where(eq(account.userId, user.id));
  if (row === undefined) throw new Error("the account is missing");
  return row;
}

it("stores argon2id with OWASP's parameters, in a PHC string with its own salt", async () => {
  const password = newPerson().password;
  const hashes = await Promise.all(
    [newPerson(), newPerson()].map(
      async (person) => (await accountOf(await signUp(suite.url, { ...person, password }))).password,
    ),
  );
  for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=7168,t=5,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(new Set(hashes).size).toBe(2);
});

it("accepts the scrypt hash of a stock Better Auth", async () => {
  const person = newPerson();
  const { id } = await accountOf(await signUp(suite.url, person));
  const { db } = suite.gateway.dependencies.database;
  await db
    .update(account)
    .set({ password: await scryptHash(person.password) })
    .where(eq(account.id, id));
  const signIn = (password: string) => new Browser(suite.url).post("/api/auth/sign-in/email", { ...person, password });
  expect((await signIn(person.password)).status).toBe(200);
  expect((await signIn("another password")).status).toBe(401);
});

const argon2id = (password: string, options: object) => argon2Hash(password, { algorithm: 2, ...options });

it.each([
  ["scrypt, of a stock Better Auth", (password: string) => scryptHash(password)],
  ["argon2id with less memory", (password: string) => argon2id(password, { memoryCost: 18_432, timeCost: 2 })],
  ["argon2id with fewer passes", (password: string) => argon2id(password, { memoryCost: 19_456, timeCost: 1 })],
  ["argon2i", (password: string) => argon2Hash(password, { algorithm: 1, memoryCost: 19_456, timeCost: 2 })],
])("%s: is replaced at the next sign-in that succeeds, and at no other", async (_name, makeHash) => {
  const person = newPerson();
  const browser = await signUp(suite.url, person);
  const { id } = await accountOf(browser);
  const { db } = suite.gateway.dependencies.database;
  const old = await makeHash(person.password);
  await db.update(account).set({ password: old }).where(eq(account.id, id));
  const signIn = (password: string) =>
    new Browser(suite.url).post("/api/auth/sign-in/email", { email: person.email.toUpperCase(), password });
  expect((await signIn("another password")).status).toBe(401);
  expect((await accountOf(browser)).password).toBe(old);
  expect((await signIn(person.password)).status).toBe(200);
  const replaced = (await accountOf(browser)).password;
  expect(replaced).toMatch(/^\$argon2id\$v=19\$m=7168,t=5,p=1\$/);
  expect((await signIn(person.password)).status).toBe(200);
  expect((await accountOf(browser)).password).toBe(replaced);
});

it("asks the database nothing more for a hash that is as they are made today, equally strong and stronger ones included", async () => {
  const person = newPerson();
  const browser = await signUp(suite.url, person);
  const signIn = () => new Browser(suite.url).post("/api/auth/sign-in/email", person);
  const updates = async () =>
    (await suite.gateway.queriesDuring(signIn)).filter((query) => /^update "auth"."account"/.test(query));
  expect(await updates()).toEqual([]);
  const { db } = suite.gateway.dependencies.database;
  const { id } = await accountOf(browser);
  for (const [memoryCost, timeCost] of [
    [32_768, 3],
    [19_456, 2],
    [12_288, 3],
  ]) {
    const asStrong = await argon2id(person.password, { memoryCost, timeCost });
    await db.update(account).set({ password: asStrong }).where(eq(account.id, id));
    expect(await updates()).toEqual([]);
    expect((await accountOf(browser)).password).toBe(asStrong);
  }
});

it.each([
  [7, 400],
  [8, 200],
  [128, 200],
  [129, 400],
])("a password of %i characters is answered with %i", async (length, status) => {
  const password = "kz7".repeat(50).slice(0, length);
  const answer = await new Browser(suite.url).post("/api/auth/sign-up/email", { ...newPerson(), password });
  expect(answer.status).toBe(status);
});

it("leaves nothing behind when a sign-up fails half-way", async () => {
  const person = newPerson();
  await signUp(suite.url, person);
  const { db } = suite.gateway.dependencies.database;
  const count = async () => (await db.query.user.findMany()).length;
  const before = await count();
  const race = { ...newPerson(), email: newPerson().email };
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => new Browser(suite.url).post("/api/auth/sign-up/email", race)),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 422)).toHaveLength(3);
  expect(await count()).toBe(before + 1);
});
