/** How passwords are stored, and that older hashes still open the door. */
import { account } from "@auth-gateway/shared-schema/auth";
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
  for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
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
