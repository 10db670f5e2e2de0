/** Each login role is refused everything that is not its own. */
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { rows } from "./catalogue.ts";
import { connect } from "./fixtures.ts";

let database: TestDatabase;
let owner: Client;
let gateway: Client;
let ragApi: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await connect(database.migratorUrl);
  gateway = await connect(database.authGatewayUrl);
  ragApi = await connect(database.ragApiUrl);
});

afterAll(async () => {
  await Promise.all([owner.end(), gateway.end(), ragApi.end()]);
  await database.drop();
});

const refused = { code: "42501" };

async function tablesOf(schema: string): Promise<string[]> {
  const found = await rows<{ name: string }>(
    owner,
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = $1",
    [schema],
  );
  return found.map((row) => row.name);
}

describe("privileges", () => {
  it("keep the gateway out of rag and rag-api out of auth, the view of live sessions included", async () => {
    const ragTables = await tablesOf("rag");
    const authTables = await tablesOf("auth");
    expect(ragTables.length).toBeGreaterThanOrEqual(7);
    expect(authTables.length).toBeGreaterThanOrEqual(11);
    for (const table of ragTables) await expect(gateway.query(`select from ${table}`)).rejects.toMatchObject(refused);
    for (const table of [...authTables, "auth.live_session"]) {
      await expect(ragApi.query(`select from ${table}`)).rejects.toMatchObject(refused);
    }
    await expect(gateway.query("select rag.reap_runs()")).rejects.toMatchObject(refused);
  });

  it("keep rag-api from the corpus tables except through its functions", async () => {
    await expect(ragApi.query("select from rag.document")).rejects.toMatchObject(refused);
    await expect(ragApi.query("insert into rag.chunk default values")).rejects.toMatchObject(refused);
  });

  it.each([
    "create table public.mine (id int)",
    "create table rag.mine (id int)",
    "create schema mine",
    "truncate rag.message",
    "truncate auth.session",
    "alter table rag.message disable row level security",
    "drop policy own on rag.message",
    "set role rag_system",
    "set role auth_system",
    "set role migrator",
    "set session authorization postgres",
    "create role mine",
    "update migrations.applied set sha256 = ''",
    "copy rag.message to program 'true'",
  ])("refuse both roles: %s", async (statement) => {
    await expect(gateway.query(statement)).rejects.toMatchObject(refused);
    await expect(ragApi.query(statement)).rejects.toMatchObject(refused);
  });

  it("let both read which migrations are applied", async () => {
    for (const role of [gateway, ragApi]) {
      expect(await rows(role, "select name from migrations.applied")).not.toHaveLength(0);
    }
  });

  it("give no login role superuser, BYPASSRLS, ownership or membership of a system role", async () => {
    const roles = await rows(
      owner,
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin,
              pg_has_role(rolname, 'rag_system', 'member') or pg_has_role(rolname, 'auth_system', 'member') as system
         from pg_roles where rolname in ('auth_gateway', 'auth_system', 'rag_api', 'rag_system') order by 1`,
    );
    const powerless = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false };
    expect(roles).toEqual([
      { rolname: "auth_gateway", ...powerless, rolcanlogin: true, system: false },
      { rolname: "auth_system", ...powerless, rolcanlogin: false, system: true },
      { rolname: "rag_api", ...powerless, rolcanlogin: true, system: false },
      { rolname: "rag_system", ...powerless, rolcanlogin: false, system: true },
    ]);
    const owned = await rows(
      owner,
      `select relname from pg_class where relowner in
         ('auth_gateway'::regrole, 'auth_system'::regrole, 'rag_api'::regrole, 'rag_system'::regrole)`,
    );
    expect(owned).toEqual([]);
  });
});

describe("the functions of both schemas", () => {
  it("are closed: SECURITY DEFINER only from the list, owned by a system role, with a fixed search_path, nothing to the other service", async () => {
    const functions = await rows<{ name: string; definer: boolean; owner: string; config: string[]; other: boolean }>(
      owner,
      `select p.oid::regproc::text as name, p.prosecdef as definer, p.proowner::regrole::text as owner,
              p.proconfig as config, has_function_privilege(
                case p.pronamespace when 'rag'::regnamespace then 'auth_gateway' else 'rag_api' end, p.oid, 'execute'
              ) as other
         from pg_proc p where p.pronamespace in ('rag'::regnamespace, 'auth'::regnamespace) order by 1`,
    );
    const definers = functions.filter((fn) => fn.definer).map((fn) => fn.name);
    expect(definers).toEqual([
      "auth.count_personal_rows",
      "auth.purge_audit_events",
      "auth.raise_revocation_cursor",
      "rag.ask_for_purge",
      "rag.begin_purge",
      "rag.continue_purge",
      "rag.count_personal_rows",
      "rag.count_purge_failures",
      "rag.delete_document",
      "rag.document_hash",
      "rag.end_purge",
      "rag.enter",
      "rag.enter_machine",
      "rag.find_documents",
      "rag.find_due",
      "rag.find_matches",
      "rag.finish_run",
      "rag.flush_run",
      "rag.list_purge_failures",
      "rag.mark_removed_sources",
      "rag.next_purge_at",
      "rag.purge_conversations",
      "rag.purge_idempotency_keys",
      "rag.put_document",
      "rag.read_purge",
      "rag.reap_runs",
      "rag.report_purge_failure",
      "rag.retrieve_passages",
      "rag.store_document",
      "rag.title_conversation",
    ]);
    for (const fn of functions) {
      expect(fn.config, fn.name).toContain('search_path=""');
      expect(fn.other, fn.name).toBe(false);
      const system = fn.name.startsWith("rag.") ? "rag_system" : "auth_system";
      expect(fn.owner, fn.name).toBe(fn.definer ? system : "migrator");
    }
  });
});
