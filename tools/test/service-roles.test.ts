/** The services' login roles, on a database that `DATABASE_URL` names. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { Client } from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkout } from "../checkout.ts";
import { loginsFromEnvironment } from "../migrate/logins.ts";
import { migrateDatabase } from "../migrate/migrate.ts";
import { type DisposableServer, startDisposable } from "../postgres/disposable.ts";

let folder: string;
let server: DisposableServer;

beforeEach(async () => {
  folder = mkdtempSync("/tmp/roles-");
  server = await startDisposable(checkout, "app");
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.remove();
});

const envFile = () => join(folder, ".env");
const variables = () => parseEnv(readFileSync(envFile(), "utf8"));

async function migrate(): Promise<string[]> {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const ownerUrl = server.urls.migratorUrl;
  await migrateDatabase({ ownerUrl, folder, logins: loginsFromEnvironment(folder, ownerUrl, say), say });
  return said;
}

async function query(url: string | undefined, sql: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: url ?? "" });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

it("makes them without special rights, and writes their URLs to .env once, for its owner only", async () => {
  writeFileSync(envFile(), "KEPT=yes");
  expect(await migrate()).toContain("wrote AUTH_GATEWAY_DATABASE_URL and RAG_API_DATABASE_URL to .env");
  expect(statSync(envFile()).mode & 0o777).toBe(0o600);
  const { KEPT, AUTH_GATEWAY_DATABASE_URL, RAG_API_DATABASE_URL } = variables();
  expect(KEPT).toBe("yes");
  const rights =
    "select current_user::text, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication " +
    "from pg_roles where rolname = current_user";
  expect(await query(AUTH_GATEWAY_DATABASE_URL, rights)).toEqual([["auth_gateway", false]]);
  expect(await query(RAG_API_DATABASE_URL, rights)).toEqual([["rag_api", false]]);
  const system = "select rolcanlogin from pg_roles where rolname = 'rag_system'";
  expect(await query(server.urls.migratorUrl, system)).toEqual([[false]]);
  const before = readFileSync(envFile(), "utf8");
  await migrate();
  expect(readFileSync(envFile(), "utf8")).toBe(before);
});

it("takes over a changed password", async () => {
  await migrate();
  const { AUTH_GATEWAY_DATABASE_URL: old = "", RAG_API_DATABASE_URL } = variables();
  const changed = old.replace(/:[^:@]+@/, ":p%40ss'word@");
  writeFileSync(envFile(), `AUTH_GATEWAY_DATABASE_URL="${changed}"\nRAG_API_DATABASE_URL=${RAG_API_DATABASE_URL}\n`);
  await migrate();
  expect(await query(changed, "select current_user::text")).toEqual([["auth_gateway"]]);
  await expect(query(old, "select 1")).rejects.toMatchObject({ code: "28P01" });
});

it("does not change the password of a role that others may use", async () => {
  await migrate();
  const { RAG_API_DATABASE_URL } = variables();
  rmSync(envFile());
  await expect(migrate()).rejects.toThrow(/The role auth_gateway exists already.*Set AUTH_GATEWAY_DATABASE_URL/);
  expect(await query(RAG_API_DATABASE_URL, "select 1")).toEqual([[1]]);
});

it("refuses a URL of another role or without a password, and a role that row-level security does not bind", async () => {
  const url = server.urls.ragApiUrl;
  writeFileSync(envFile(), `AUTH_GATEWAY_DATABASE_URL=${url}\nRAG_API_DATABASE_URL=${url}\n`);
  await expect(migrate()).rejects.toThrow(/AUTH_GATEWAY_DATABASE_URL must log in as auth_gateway/);
  writeFileSync(envFile(), `AUTH_GATEWAY_DATABASE_URL=${server.urls.authGatewayUrl.replace(/:[^:@]+@/, "@")}\n`);
  await expect(migrate()).rejects.toThrow(/AUTH_GATEWAY_DATABASE_URL must log in as auth_gateway, with a password/);
  await query(server.superuserUrl, "create role auth_gateway login bypassrls");
  writeFileSync(envFile(), `AUTH_GATEWAY_DATABASE_URL=${server.urls.authGatewayUrl}\n`);
  await expect(migrate()).rejects.toThrow(/auth_gateway is a superuser or has BYPASSRLS/);
});
