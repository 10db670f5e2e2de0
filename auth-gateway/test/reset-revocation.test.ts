/** A password reset ends what the old password opened: in the feed, and in the function that rag-api asks at each request. */
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { digestOf } from "../src/revocation/digest.ts";
import { useMailingGateway } from "./harness/mails.ts";
import { Browser } from "./harness/people.ts";
import { json } from "./harness/problems.ts";

const suite = useMailingGateway({ SIGN_UP: "verify" });

async function revokedSessions(): Promise<unknown> {
  suite.clock.advance(4_000);
  const keys = createLocalJWKSet(JSON.parse(suite.gateway.dependencies.keyring.jwks().body));
  const feed = await (await fetch(`${suite.url}/.well-known/revocations`)).text();
  return (await jwtVerify(feed, keys, { currentDate: new Date(suite.clock.now()) })).payload["sessions"];
}

it("is told to readers of the feed, and to rag-api at once", async () => {
  const { person, browser } = await suite.member();
  const { token } = await json<{ token: string }>(await browser.fetch("/api/auth/token"));
  const { sub, sid } = decodeJwt(token) as { sub: string; sid: string };
  const ragApi = new pg.Client({ connectionString: suite.database.ragApiUrl });
  await ragApi.connect();
  onTestFinished(() => ragApi.end());
  const enter = () => ragApi.query("select rag.enter($1, $2)", [sub, sid]);
  await enter();
  expect(await revokedSessions()).not.toContain(digestOf(sid));
  await new Browser(suite.url).post("/api/auth/request-password-reset", { email: person.email });
  const link = await suite.linkTo(person.email, "reset-password", 2);
  const reset = await new Browser(suite.url).post("/api/auth/reset-password", {
    token: link,
    newPassword: `another horse ${person.email}`,
  });
  expect(reset.status).toBe(200);
  await expect(enter()).rejects.toMatchObject({ code: "RG401", message: "session_ended" });
  expect(await revokedSessions()).toContain(digestOf(sid));
});
