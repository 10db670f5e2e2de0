/** What counts for an account without its owner's doing must not take the owner's ways in. */
import { describe, expect, it } from "vitest";
import { useMailingGateway } from "./harness/mails.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, newPerson } from "./harness/people.ts";
import { expectProblem } from "./harness/problems.ts";

const QUOTA = 3;
const suite = useMailingGateway({
  TRUSTED_PROXIES: "127.0.0.0/8,::1/128",
  AUTH_LIMIT_ACCOUNT: `${QUOTA}/10m`,
  AUTH_LIMIT_MAIL_ACCOUNT: `${QUOTA}/10m`,
  AUTH_LIMIT_CHALLENGES: `${QUOTA}/10m`,
  PASSKEYS: "on",
  GITHUB_CLIENT_ID: "client",
  GITHUB_CLIENT_SECRET: "secret",
});

const post = (path: string, body: unknown, address = "198.51.100.1", browser = new Browser(suite.url)) =>
  browser.post(`/api/auth${path}`, body, { "x-forwarded-for": address });

describe("a password reset", () => {
  it("is there for the owner whatever else was mailed to the address", async () => {
    const { person } = await suite.member();
    for (let i = 0; i < QUOTA + 1; i++) await post("/send-verification-email", { email: person.email });
    await expectProblem(await post("/send-verification-email", { email: person.email }), "rate_limited");
    expect((await post("/request-password-reset", { email: person.email })).status).toBe(200);
  });

  it("is limited by itself: then the owner has as many links", async () => {
    const { person } = await suite.member();
    for (let i = 0; i < QUOTA; i++) {
      expect((await post("/request-password-reset", { email: person.email })).status).toBe(200);
    }
    await expectProblem(await post("/request-password-reset", { email: person.email }), "rate_limited");
    const letters = await suite.mailsTo(person.email, QUOTA + 1);
    expect(letters.filter(({ text }) => text?.includes("/account/reset-password#token="))).toHaveLength(QUOTA);
  });
});

it("what was refused before anything was mailed does not use up an account's mails", async () => {
  const person = newPerson();
  for (let i = 0; i < QUOTA + 2; i++) {
    expect((await post("/sign-up/email", { ...person, password: "short" })).status).toBe(400);
  }
  expect((await post("/sign-up/email", person)).status).toBe(200);
});

describe("browsers that know an account", () => {
  it("share their tries at one address, however many cookies somebody has collected", async () => {
    const { person } = await suite.member();
    const browsers = [];
    for (let i = 0; i < QUOTA + 1; i++) {
      const browser = new Browser(suite.url);
      expect((await post("/sign-in/email", person, "198.51.100.2", browser)).status).toBe(200);
      browsers.push(browser);
    }
    const wrong = { email: person.email, password: "not the password" };
    const answers = [];
    for (const browser of browsers) answers.push((await post("/sign-in/email", wrong, "198.51.100.2", browser)).status);
    expect(answers).toEqual([...Array(QUOTA).fill(401), 429]);
    // Elsewhere, and in other browsers, the owner is not held up by it.
    expect((await post("/sign-in/email", person, "198.51.100.3", browsers[QUOTA])).status).toBe(200);
  });
});

describe("sign-ins that are only begun", () => {
  it.each([
    ["at a provider", (address: string) => post("/sign-in/social", { provider: "github" }, address), "198.51.100.4"],
    [
      "with a passkey",
      (address: string) =>
        new Browser(suite.url).fetch("/api/auth/passkey/generate-authenticate-options", {
          headers: { "x-forwarded-for": address },
        }),
      "198.51.100.5",
    ],
  ] as const)("%s are limited by address", async (_where, begin, address) => {
    for (let i = 0; i < QUOTA; i++) expect((await begin(address)).status).toBe(200);
    const refused = await begin(address);
    expect(refused.headers.get("ratelimit-limit")).toBe(String(QUOTA));
    await expectProblem(refused, "rate_limited");
    expect((await begin("198.51.100.6")).status).toBe(200);
  });

  // The last test: the clock stays where it was moved.
  it("go when they have expired", async () => {
    const count = "select count(*)::int from auth.verification";
    expect(await asOwner(suite.database, count)).not.toEqual([{ count: 0 }]);
    await asOwner(suite.database, "update auth.verification set expires_at = now()");
    suite.clock.advance(15 * 60_000);
    await expect.poll(() => asOwner(suite.database, count)).toEqual([{ count: 0 }]);
  });
});
