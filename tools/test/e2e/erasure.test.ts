/** The end of an account on running services: tokens die in rag-api at once, undoing brings everything back, erasing nothing. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkout } from "../../checkout.ts";
import { type Services, startServices } from "../../testing/services.ts";
import { cookieFetch } from "./cookie-fetch.ts";

let folder: string;
let services: Services;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "erasure-"));
  services = await startServices({ ERASURE_JOURNAL: join(folder, "journal.jsonl") });
});

afterAll(async () => {
  await services?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Fetch = ReturnType<typeof cookieFetch>;

const person = { name: "Ada", email: `${randomUUID()}@example.com`, password: "correct horse battery" };

function send(browser: Fetch, method: string, path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return browser(`${services.gateway.url}${path}`, { method, headers, body: JSON.stringify(body) });
}

async function tokenOf(browser: Fetch): Promise<string> {
  const answer = (await (await browser(`${services.gateway.url}/api/auth/token`)).json()) as { token: string };
  return answer.token;
}

function api(token: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(`${services.ragApi.url}${path}`, { ...init, headers });
}

async function signIn(): Promise<Fetch> {
  const browser = cookieFetch("http://localhost:5173");
  expect((await send(browser, "POST", "/api/auth/sign-in/email", person)).status).toBe(200);
  return browser;
}

it("goes from the request to the receipt", async () => {
  const browser = cookieFetch("http://localhost:5173");
  expect((await send(browser, "POST", "/api/auth/sign-up/email", person)).status).toBe(200);
  const token = await tokenOf(browser);
  const created = await api(token, "/v1/conversations", { method: "POST", body: JSON.stringify({ title: "Keep me" }) });
  expect(created.status).toBe(201);

  const asked = await send(browser, "DELETE", "/api/account", { password: person.password });
  const { undoUrl } = (await asked.json()) as { undoUrl: string };
  const refused = await api(token, "/v1/me");
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ code: "session_ended" });

  const undo = await send(browser, "POST", "/api/account/deletion/undo", { token: undoUrl.split("#token=")[1] });
  expect(undo.status).toBe(200);
  const again = await signIn();
  const next = await tokenOf(again);
  // A verifier refuses tokens of the very second in which the deletion was scheduled; the database does not.
  const kept = (await (await api(next, "/v1/conversations")).json()) as { items: { title: string }[] };
  expect(kept.items).toEqual([expect.objectContaining({ title: "Keep me" })]);

  expect((await send(again, "DELETE", "/api/account", { when: "now" })).status).toBe(202);
  expect((await api(next, "/v1/me")).status).toBe(401);
  await expect
    .poll(
      async () => (await send(cookieFetch("http://localhost:5173"), "POST", "/api/auth/sign-up/email", person)).status,
    )
    .toBe(200);
  const fresh = await tokenOf(await signIn());
  expect(await (await api(fresh, "/v1/conversations")).json()).toMatchObject({ items: [] });
});

it("works by the commands of docs/privacy.md, as they are pasted", async () => {
  const page = await readFile(join(checkout, "docs/privacy.md"), "utf8");
  const commands = [...page.matchAll(/^```(?:sh)?\n(.*?)^```$/gms)].map(([, command = ""]) => command);
  const ours = ["/api/account/export", "-X DELETE"].map((text) => commands.find((command) => command.includes(text)));
  const signUp = `curl -fsS -c cookies.txt -H 'content-type: application/json' -d '${JSON.stringify({
    ...person,
    email: `${randomUUID()}@example.com`,
  })}' http://localhost:3000/api/auth/sign-up/email`;
  const script = [signUp, ...ours].join("\n").replaceAll("http://localhost:3000", services.gateway.url);
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { cwd: folder });
  expect(stdout).toMatch(/"status":"scheduled","receiptId":.*"undoUrl":/);
  expect((await readFile(join(folder, "account.zip"))).subarray(0, 2).toString()).toBe("PK");
});

it("is listed for the operator", async () => {
  const command = ["--import", "tsx", "auth-gateway/src/cli/main.ts", "erasures"];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    cwd: checkout,
    env: {
      PATH: process.env["PATH"],
      AUTH_GATEWAY_DATABASE_URL: services.database.authGatewayUrl,
      AUTH_SECRETS: `1:${Buffer.from("0123456789abcdefghijklmnopqrstuv").toString("base64url")}`,
    },
  });
  expect(stdout).toMatch(/^1 pending, 0 of them stuck\.$/m);
  expect(stdout).toMatch(/^[0-9a-f-]{36} {2}request .* {2}\d+ {2,}\d{4}-\d{2}-\d{2}$/m);
});
