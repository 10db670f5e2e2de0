/** What docs/operations.md says under "Origins and cookies", in a real browser: every kind of origin, allowed or not. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { type Credentials, newPerson } from "./harness/people.ts";
import { startTlsSites, type TlsSites } from "./harness/tls-sites.ts";

const SAME_SITE = "https://app.example.test";
const CROSS_SITE = "https://frontend.elsewhere.test";
const NOT_ALLOWED = { "same-site": "https://evil.example.test", "cross-site": "https://evil.elsewhere.test" };

/** One gateway whose frontends share its site, one that has a frontend on another site, too. */
const LAX = "https://lax.example.test";
const NONE = "https://none.example.test";

let database: TestDatabase;
let sites: TlsSites;
let profile: string;
/** A profile whose owner lets other sites' requests keep cookies: only there SameSite alone decides. */
let permissive: BrowserContext;
/** As it is installed: it keeps no cookies of other sites. */
let installed: Browser;
const gateways: TestGateway[] = [];

async function openGateway(url: string, frontendOrigins: string): Promise<TestGateway> {
  const env = { GATEWAY_URL: url, FRONTEND_ORIGINS: frontendOrigins };
  const gateway = await startGateway(database.authGatewayUrl, { env });
  gateways.push(gateway);
  return gateway;
}

beforeAll(async () => {
  database = await createTestDatabase();
  const lax = await openGateway(LAX, SAME_SITE);
  const none = await openGateway(NONE, `${SAME_SITE},${CROSS_SITE}`);
  sites = await startTlsSites({ "lax.example.test": lax.url, "none.example.test": none.url });
  const options = {
    executablePath: "/usr/bin/chromium",
    args: [
      `--host-resolver-rules=MAP *.test:443 127.0.0.1:${sites.port}`,
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--ignore-certificate-errors"],
    ],
  };
  profile = await mkdtemp(join(tmpdir(), "profile-"));
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  await mkdir(join(profile, "Default"));
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  permissive = await chromium.launchPersistentContext(profile, options);
  installed = await chromium.launch(options);
}, 60_000);

afterAll(async () => {
  await permissive?.close();
  await installed?.close();
  await rm(profile, { recursive: true, force: true });
  await sites?.close();
  for (const gateway of gateways) await gateway.close();
  await database?.drop();
});

/** What a script of a page gets: the status, or that the browser kept the answer from it. */
interface Outcome {
  readonly status: number | "blocked";
  readonly body: string;
  readonly headers: Record<string, string>;
}

interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly mode?: "cors" | "no-cors";
}

function call(
  page: Page,
  url: string,
  { method = "GET", body, headers = {}, mode = "cors" }: Call = {},
): Promise<Outcome> {
  const type: Record<string, string> =
    mode === "cors" && body !== undefined ? { "content-type": "application/json" } : {};
  const init = {
    method,
    mode,
    headers: { ...type, ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  };
  return page.evaluate(
    async ([target, options]) => {
      try {
        const answer = await fetch(target, { ...options, credentials: "include" });
        return { status: answer.status, body: await answer.text(), headers: Object.fromEntries(answer.headers) };
      } catch {
        return { status: "blocked" as const, body: "", headers: {} };
      }
    },
    [url, init] as const,
  );
}

async function openPage(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  // The gateway's own pages forbid scripts to load anything; the reference may talk to the gateway.
  await page.goto(origin === LAX || origin === NONE ? `${origin}/reference` : `${origin}/`);
  return page;
}

async function inProfile(work: (context: BrowserContext) => Promise<void>): Promise<void> {
  await permissive.clearCookies();
  try {
    await work(permissive);
  } finally {
    for (const page of permissive.pages()) await page.close();
  }
}

async function asInstalled(work: (context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await installed.newContext();
  try {
    await work(context);
  } finally {
    await context.close();
  }
}

const signUp = (page: Page, gateway: string, person: Credentials) =>
  call(page, `${gateway}/api/auth/sign-up/email`, { method: "POST", body: person });

async function isSignedIn(page: Page, gateway: string): Promise<boolean> {
  const { status } = await call(page, `${gateway}/api/auth/token`);
  if (status !== 200 && status !== 401) throw new Error(`unexpected answer ${status}`);
  return status === 200;
}

describe("an allowed origin signs up, reads its session, gets a token, signs out by cookie", () => {
  it.each([
    ["same-origin", LAX, LAX, "Lax"],
    ["same-site", SAME_SITE, LAX, "Lax"],
    ["same-origin, beside a frontend on another site", NONE, NONE, "None"],
    ["same-site, beside a frontend on another site", SAME_SITE, NONE, "None"],
    ["cross-site", CROSS_SITE, NONE, "None"],
  ] as const)("%s", (_name, origin, gateway, sameSite) =>
    inProfile(async (context) => {
      const page = await openPage(context, origin);
      const person = newPerson();
      expect((await signUp(page, gateway, person)).status).toBe(200);
      expect((await call(page, `${gateway}/api/auth/get-session`)).body).toContain(person.email);
      expect(await isSignedIn(page, gateway)).toBe(true);
      const cookie = (await context.cookies(gateway)).find(({ name }) => name.startsWith("__Host-"));
      expect(cookie).toMatchObject({ sameSite, secure: true, httpOnly: true, path: "/" });
      const answer = await call(page, `${gateway}/api/auth/sign-out`, { method: "POST", body: {} });
      expect(answer.status).toBe(200);
      expect(await isSignedIn(page, gateway)).toBe(false);
    }),
  );
});

describe("an origin that is not allowed reads nothing and changes nothing, even while the person is signed in", () => {
  const cases = [
    ["same-site", LAX],
    ["cross-site", LAX],
    ["same-site", NONE],
    ["cross-site", NONE],
  ] as const;

  it.each(cases)("%s, at %s", (kind, gateway) =>
    inProfile(async (context) => {
      const home = await openPage(context, SAME_SITE);
      expect((await signUp(home, gateway, newPerson())).status).toBe(200);
      const evil = await openPage(context, NOT_ALLOWED[kind]);

      for (const path of ["/api/auth/get-session", "/api/auth/token", "/api/account/events", "/livez"]) {
        expect((await call(evil, gateway + path)).status, path).toBe("blocked");
      }
      const attempts: Call[] = [
        { method: "POST", body: {} },
        { method: "POST", mode: "no-cors" },
        { method: "POST", mode: "no-cors", body: {}, headers: { "content-type": "text/plain" } },
      ];
      for (const attempt of attempts) await call(evil, `${gateway}/api/auth/sign-out`, attempt);
      expect(await isSignedIn(home, gateway)).toBe(true);
    }),
  );

  it.each(cases)("%s, by a form at %s", (kind, gateway) =>
    inProfile(async (context) => {
      const home = await openPage(context, SAME_SITE);
      expect((await signUp(home, gateway, newPerson())).status).toBe(200);
      const evil = await openPage(context, NOT_ALLOWED[kind]);
      await evil.setContent(`<form method="post" action="${gateway}/api/auth/sign-out"></form>`);
      const [answer] = await Promise.all([
        evil.waitForResponse((response) => response.url() === `${gateway}/api/auth/sign-out`),
        evil.evaluate("document.forms[0].submit()"),
      ]);
      // With a Lax cookie another site's form comes without it, and there is nothing to sign out.
      if (answer.status() !== 200) expect(await answer.json()).toMatchObject({ code: "origin_not_allowed" });
      expect(await isSignedIn(home, gateway)).toBe(true);
    }),
  );

  it.each(cases)("%s, nor can it sign anybody in, at %s", (kind, gateway) =>
    inProfile(async (context) => {
      const home = await openPage(context, SAME_SITE);
      const person = newPerson();
      await signUp(home, gateway, person);
      await call(home, `${gateway}/api/auth/sign-out`, { method: "POST", body: {} });
      const evil = await openPage(context, NOT_ALLOWED[kind]);
      for (const mode of ["cors", "no-cors"] as const) {
        await call(evil, `${gateway}/api/auth/sign-in/email`, { method: "POST", body: person, mode });
      }
      expect(await isSignedIn(home, gateway)).toBe(false);
    }),
  );
});

describe("where browsers keep no cookies of other sites", () => {
  it("a cookie session does not last on a cross-site frontend", () =>
    asInstalled(async (context) => {
      const page = await openPage(context, CROSS_SITE);
      expect((await signUp(page, NONE, newPerson())).status).toBe(200);
      expect(await isSignedIn(page, NONE)).toBe(false);
    }));

  it("a bearer session does, since it needs none", () =>
    asInstalled(async (context) => {
      const page = await openPage(context, CROSS_SITE);
      const answer = await call(page, `${NONE}/api/auth/sign-up/email`, {
        method: "POST",
        body: newPerson(),
        headers: { "x-session-transport": "bearer" },
      });
      const token = answer.headers["set-auth-token"];
      expect(token).toEqual(expect.any(String));
      expect(await context.cookies(NONE)).toEqual([]);
      const headers = { authorization: `Bearer ${token}` };
      expect((await call(page, `${NONE}/api/auth/token`, { headers })).status).toBe(200);
    }));

  it("but not from an origin that is not allowed", () =>
    inProfile(async (context) => {
      const evil = await openPage(context, NOT_ALLOWED["cross-site"]);
      const headers = { "x-session-transport": "bearer" };
      const answer = await call(evil, `${NONE}/api/auth/sign-up/email`, { method: "POST", body: newPerson(), headers });
      expect(answer.status).toBe("blocked");
    }));
});

it("the reference page shows every operation, and breaks its own policy nowhere", () =>
  inProfile(async (context) => {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const requested: string[] = [];
    page.on("request", (request) => requested.push(request.url()));
    await page.goto(`${LAX}/reference`);
    await page.waitForSelector("main details");
    const document = JSON.parse((await call(page, `${LAX}/openapi.json`)).body);
    const operations = Object.values<object>(document.paths).flatMap((methods) => Object.keys(methods));
    expect(await page.locator("main details[id]").count()).toBe(operations.length);
    expect(complaints.filter((text) => !text.includes("favicon") && !text.includes("404"))).toEqual([]);
    expect(requested.every((url) => url.startsWith(LAX))).toBe(true);
  }));
