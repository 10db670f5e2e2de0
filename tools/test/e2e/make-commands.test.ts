/** What an operator types while the system runs, through `make`, as the documentation has it. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkout } from "../../checkout.ts";
import { type Services, startServices } from "../../testing/services.ts";

const AUTH_SECRETS = "1:f3Jk9qX0aZ7LwYvT2uNcRb8sGdHmPe5oVxKiQ1yWtEg";
const grace = { name: "Grace", email: "grace@example.com", password: "correct horse of grace" };
const folder = mkdtempSync(join(tmpdir(), "make-commands-"));
const ERASURE_JOURNAL = join(folder, "erasure-journal.jsonl");
let services: Services;

beforeAll(async () => {
  services = await startServices({ AUTH_SECRETS, ERASURE_JOURNAL });
  await post("/api/auth/sign-up/email", grace);
});

afterAll(async () => {
  await services?.stop();
  rmSync(folder, { recursive: true });
});

const post = (path: string, body: unknown) =>
  fetch(services.gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-session-transport": "bearer" },
    body: JSON.stringify(body),
  });

/** On the running system's database; the answer is what it printed, whatever the exit code. */
async function make(...args: string[]): Promise<{ code: number; output: string }> {
  const { gateway, ragApi, database } = services;
  const env = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    AUTH_SECRETS,
    ERASURE_JOURNAL,
    GATEWAY_URL: gateway.url,
    RAG_API_URL: ragApi.url,
    FRONTEND_ORIGINS: "http://localhost:5173",
    DATABASE_URL: database.migratorUrl,
    AUTH_GATEWAY_DATABASE_URL: database.authGatewayUrl,
    RAG_API_DATABASE_URL: database.ragApiUrl,
  };
  const failed = (error: unknown) => error as { code: number; stdout: string; stderr: string };
  const run = promisify(execFile)("make", ["-s", ...args], { cwd: checkout, env });
  const { code, stdout, stderr } = await run.then((printed) => ({ code: 0, ...printed }), failed);
  return { code, output: `${stdout}${stderr}` };
}

/** A command of a page, as it is pasted. */
function documented(page: string, command: string): string[] {
  const text = readFileSync(join(checkout, "docs", page), "utf8");
  expect(text, `${page} shows it`).toContain(command);
  return command.split(" ").slice(1);
}

const kidOf = async () => {
  const { token } = (await (await tokenOfGrace()).json()) as { token: string };
  return decodeProtectedHeader(token).kid;
};

async function tokenOfGrace(): Promise<Response> {
  const signedIn = await post("/api/auth/sign-in/email", grace);
  const authorization = `Bearer ${signedIn.headers.get("set-auth-token")}`;
  return fetch(`${services.gateway.url}/api/auth/token`, { headers: { authorization } });
}

it("keys: lists them, schedules a rotation, says what a revocation breaks, and revokes", {
  timeout: 120_000,
}, async () => {
  const status = await make(...documented("tokens.md", "make keys-status"));
  expect(status.code, status.output).toBe(0);
  for (const state of [/\bactive\b/, /\bnext\b/]) expect(status.output).toMatch(state);
  const kid = (await kidOf()) ?? "";
  expect(status.output).toContain(kid.slice(0, 8));
  expect((await make("keys-rotate")).code).toBe(0);
  const warned = await make("keys-revoke", `kid=${kid}`);
  expect(warned.output).toContain("confirm=yes");
  expect(await kidOf()).toBe(kid);
  const revoked = await make("keys-revoke", `kid=${kid}`, "confirm=yes");
  expect(revoked.code, revoked.output).toBe(0);
  expect((await make("keys-status")).output).not.toMatch(new RegExp(`${kid.slice(0, 8)}.*active`));
});

it("the secret: explains its steps", { timeout: 60_000 }, async () => {
  const { code, output } = await make(...documented("tokens.md", "make secrets-rotate"));
  expect([code, output]).toEqual([0, expect.stringContaining("AUTH_SECRETS")]);
});

it("machines: makes a client whose printed secret gets a token, and lists it", { timeout: 60_000 }, async () => {
  const command = "make client name=reports scopes=documents:write audience=rag-api";
  const { code, output } = await make(...documented("tokens.md", command));
  expect(code, output).toBe(0);
  const [id = "", secret = ""] = [/svc_[0-9a-f]{32}/.exec(output)?.[0], /svcs_[\w-]+/.exec(output)?.[0]];
  const answer = await fetch(`${services.gateway.url}/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  expect(decodeJwt(access_token)).toMatchObject({ sub: id, aud: "rag-api", scope: "documents:write" });
  const listed = await make("client-list");
  expect(listed.output).toContain(id);
  expect(listed.output).not.toContain(secret);
});

it("people: makes an administrator, and shows what happened", { timeout: 60_000 }, async () => {
  const { code, output } = await make(...documented("accounts.md", "make admin email=grace@example.com"));
  expect(code, output).toBe(0);
  const events = await make(...documented("audit.md", "make audit"));
  expect(events.output).toContain("sign_up");
  expect(events.output).not.toContain(grace.email);
  const rows = await make("audit", `user=${grace.email}`, "json=yes", "limit=5");
  const kinds = rows.output.split("\n").filter((line) => line.startsWith("{"));
  expect(kinds.length).toBeGreaterThan(0);
  for (const line of kinds) expect(JSON.parse(line)).toMatchObject({ kind: expect.any(String) });
});

it("privacy: counts what a purge would delete, lists deletions, and erases again whom the journal names", {
  timeout: 120_000,
}, async () => {
  const purged = await make(...documented("privacy.md", "make purge dry-run=1"));
  expect(purged.code, purged.output).toBe(0);
  const linus = { name: "Linus", email: "linus@example.com", password: "correct horse of linus" };
  const signedUp = await post("/api/auth/sign-up/email", linus);
  const asked = await fetch(`${services.gateway.url}/api/account`, {
    method: "DELETE",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${signedUp.headers.get("set-auth-token")}`,
    },
    body: JSON.stringify({ password: linus.password, when: "now" }),
  });
  expect(asked.status).toBe(202);
  const listed = documented("privacy.md", "make erasures");
  await expect.poll(async () => (await make(...listed)).output, { timeout: 30_000 }).toContain("Done lately: 1.");
  const again = await make("reapply-erasures", `journal=${ERASURE_JOURNAL}`);
  expect(again.output).toContain("The journal names 1 erased accounts.");
  expect([again.code, again.output]).toEqual([0, expect.stringContaining("Erased 0 accounts again; 0 could not")]);
});

it("doctor: looks at all of it", { timeout: 60_000 }, async () => {
  const { output } = await make(...documented("operations.md", "make doctor"), `rag_api=${services.ragApi.url}`);
  expect(output).toMatch(/Nothing is wrong\.|\d+ of \d+ checks failed\./);
  expect(output).not.toContain(AUTH_SECRETS.slice(2));
});
