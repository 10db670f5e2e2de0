/** A ban ends everything at once, even one that nobody told the gateway of. */
import { expect, it } from "vitest";
import { asOwner } from "./harness/owner.ts";
import { newPerson, signUp } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();

it("a banned user's session is none, for as long as the ban lasts", async () => {
  const person = newPerson();
  const browser = await signUp(suite.url, person);
  // A refusal deletes the cookie; this one is kept.
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const ask = (path: string) => fetch(suite.url + path, { headers: { cookie } });
  const session = async () => json<object | null>(await ask("/api/auth/get-session"));
  const ban = (expires: string | null) =>
    asOwner(
      suite.database,
      `update auth."user" set banned = true, role = 'admin', ban_expires = now() + $2::interval where email = $1`,
      [person.email, expires],
    );
  expect(await session()).not.toBeNull();
  for (const expires of [null, "1 hour"]) {
    await ban(expires);
    await expectProblem(await ask("/api/auth/token"), "authentication_required");
    await expectProblem(await ask("/api/account"), "authentication_required");
    expect((await ask("/api/auth/admin/list-users")).status).toBe(401);
    expect((await ask("/api/auth/list-sessions")).status).toBe(401);
    expect(await session()).toBeNull();
  }
  await ban("-1 hour");
  expect((await ask("/api/auth/token")).status).toBe(200);
});
