/** Neither service starts with a role that row-level security does not bind. */
import { spawn } from "node:child_process";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout } from "../checkout.ts";
import { type DisposableServer, startDisposable } from "../postgres/disposable.ts";
import { type Command, gatewayCommand, gatewayEnvironment, ragApiCommand, ragApiEnvironment } from "../services.ts";

let server: DisposableServer;

beforeAll(async () => {
  server = await startDisposable(checkout, "app");
  await asSuperuser(...["auth_gateway", "rag_api"].map((role) => `create role ${role} login password 'a-password'`));
});

afterAll(() => server?.remove());

async function asSuperuser(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: server.superuserUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function urlOf(role: string): string {
  const url = new URL(server.urls.migratorUrl);
  url.username = role;
  url.password = "a-password";
  return url.href;
}

function run([program, args]: Command, env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { cwd: checkout, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

const secrets = { AUTH_SECRETS: "1:f3Jk9qX0aZ7LwYvT2uNcRb8sGdHmPe5oVxKiQ1yWtEg", GATEWAY_PORT: "0" };
const urls = () => ({ authGatewayUrl: urlOf("auth_gateway"), ragApiUrl: urlOf("rag_api") });
const startGateway = (services = urls()) =>
  run(gatewayCommand, gatewayEnvironment({ PATH: process.env.PATH, ...secrets }, services));
const startRagApi = (services = urls()) =>
  run(ragApiCommand, ragApiEnvironment({ PATH: process.env.PATH, ...secrets }, services));

describe.each([
  ["superuser", /is a superuser/],
  ["bypassrls", /has BYPASSRLS/],
])("a role that is %s", (power, explanation) => {
  beforeAll(() => asSuperuser(`alter role auth_gateway ${power}`, `alter role rag_api ${power}`));
  afterAll(() => asSuperuser(`alter role auth_gateway no${power}`, `alter role rag_api no${power}`));

  it("is refused by the gateway", async () => {
    const { code, output } = await startGateway();
    expect(code).toBe(1);
    expect(output).toContain("AUTH_GATEWAY_DATABASE_URL: the role auth_gateway");
    expect(output).toMatch(explanation);
    expect(output).not.toContain("a-password");
  });

  it("is refused by rag-api", async () => {
    const { code, output } = await startRagApi();
    expect(code).toBe(1);
    expect(output).toContain("RAG_API_DATABASE_URL: the role is an owner, superuser, CREATEROLE or BYPASSRLS");
    expect(output).not.toContain("a-password");
  });
});

it("the database's owner is refused by rag-api, as it is by the gateway", async () => {
  const { code, output } = await startRagApi({ ...urls(), ragApiUrl: server.urls.migratorUrl });
  expect(code).toBe(1);
  expect(output).toContain("RAG_API_DATABASE_URL: the role is an owner");
});
