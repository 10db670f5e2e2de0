/** A machine client from its making to its end: `make client`, a token by the gateway's grant, documents that users' answers quote. */
import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkout } from "../../checkout.ts";
import { type Services, startServices } from "../../testing/services.ts";
import { cookieFetch } from "./cookie-fetch.ts";

const secrets = `1:${randomBytes(32).toString("base64url")}`;
let services: Services;

beforeAll(async () => {
  services = await startServices();
});

afterAll(() => services.stop());

/** What `make client` runs. */
async function runClientCommand(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ["--import", "tsx", "auth-gateway/src/cli/main.ts", "client", ...args], {
    cwd: checkout,
    env: {
      PATH: process.env.PATH,
      AUTH_GATEWAY_DATABASE_URL: services.database.authGatewayUrl,
      GATEWAY_URL: services.gateway.url,
      FRONTEND_ORIGINS: "http://localhost:5173",
      TOKEN_AUDIENCES: "rag-api,billing-api",
      AUTH_SECRETS: secrets,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return await text(child.stdout);
}

interface Client {
  id: string;
  secret: string;
}

async function makeClient(scopes: string): Promise<Client> {
  const output = await runClientCommand("action=", "id=", "name=Loader", `scopes=${scopes}`, "audience=rag-api");
  const [, id = ""] = /client_id\s+(\S+)/.exec(output) ?? [];
  const [, secret = ""] = /client_secret\s+(\S+)/.exec(output) ?? [];
  expect(id, output).toMatch(/^svc_/);
  return { id, secret };
}

async function requestToken({ id, secret }: Client): Promise<Response> {
  return await fetch(`${services.gateway.url}/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials", resource: "rag-api" }),
  });
}

async function getToken(client: Client): Promise<string> {
  const response = await requestToken(client);
  const body = (await response.json()) as { access_token?: string };
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body.access_token ?? "";
}

const upload = (token: string, content: string) =>
  fetch(`${services.ragApi.url}/v1/documents?uri=quibble.md`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/markdown" },
    body: content,
  });

async function signUp(): Promise<string> {
  const browser = createAuthClient({
    baseURL: services.gateway.url,
    plugins: [jwtClient()],
    fetchOptions: { customFetchImpl: cookieFetch("http://localhost:5173") },
  });
  await browser.signUp.email({ name: "Ada", email: `${randomUUID()}@example.com`, password: "correct horse battery" });
  return (await browser.token()).data?.token ?? "";
}

async function ask(token: string, content: string): Promise<string> {
  const response = await fetch(`${services.ragApi.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content }] }),
  });
  const body = (await response.json()) as { choices: { message: { content: string } }[] };
  return body.choices[0]?.message.content ?? "";
}

it("uploads what a user's answer then quotes, until the client is revoked", async () => {
  const client = await makeClient("documents:write");
  const token = await getToken(client);
  const stored = await upload(token, "# Quibbles\n\nA quibble is sharpened with zanthic sand.\n");
  expect(stored.status).toBe(201);
  expect((await upload(token, "# Quibbles\n\nA quibble is sharpened with zanthic sand.\n")).status).toBe(200);

  const user = await signUp();
  expect(await ask(user, "How is a quibble sharpened?")).toContain("zanthic sand");
  // A user writes no documents, and a machine has no conversations.
  expect((await upload(user, "# Mine")).status).toBe(403);
  const machine = await fetch(`${services.ragApi.url}/v1/conversations`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(machine.status).toBe(401);

  await runClientCommand("action=revoke", `id=${client.id}`, "name=", "scopes=", "audience=");
  expect((await upload(token, "# More")).status).toBe(401);
  expect((await requestToken(client)).status).toBe(401);
});

it("may only read with the scope to read", async () => {
  const token = await getToken(await makeClient("documents:read"));
  expect((await upload(token, "# No")).status).toBe(403);
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${services.ragApi.url}/v1/documents`, { headers })).status).toBe(200);
});
