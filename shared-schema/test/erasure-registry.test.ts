/** The erasure registry names every table and says the truth about how a person's rows in it are reached. */
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { ERASURE_REGISTRY } from "../src/erasure-registry.ts";
import { rows } from "./catalogue.ts";
import { connect, insertPerson } from "./fixtures.ts";

let database: TestDatabase;
let owner: Client;
let gateway: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await connect(database.migratorUrl);
  gateway = await connect(database.authGatewayUrl);
});

afterAll(async () => {
  await Promise.all([owner.end(), gateway.end()]);
  await database.drop();
});

const named = (reach: string) => Object.keys(ERASURE_REGISTRY).filter((table) => ERASURE_REGISTRY[table]?.by === reach);

function isCountedWithAnother(table: string): boolean {
  const reach = ERASURE_REGISTRY[table];
  return reach?.by === "fk" && reach.through !== undefined;
}

/** Everything that can hold free text, a document or bytes. */
const FREE_TYPES = ["text", "varchar", "bpchar", "json", "jsonb", "bytea", "tsvector", "cidr", "inet", "xml", "_text"];

async function freeColumns(): Promise<Record<string, string[]>> {
  const found = await rows<{ table: string; columns: string[] }>(
    owner,
    `select format('%s.%s', n.nspname, c.relname) as table, array_agg(a.attname::text order by a.attname) as columns
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       join pg_type t on t.oid = a.atttypid
       where n.nspname in ('auth', 'rag') and c.relkind in ('r', 'p') and t.typname = any($1) group by 1`,
    [FREE_TYPES],
  );
  return Object.fromEntries(found.map(({ table, columns }) => [table, columns]));
}

/** Tables from which ON DELETE CASCADE leads to auth."user", step by step. */
async function cascading(): Promise<string[]> {
  const found = await rows<{ table: string }>(
    owner,
    `with recursive reached as (
       select 'auth."user"'::regclass::oid as oid
       union
       select k.conrelid from pg_constraint k join reached r on r.oid = k.confrelid
         where k.contype = 'f' and k.confdeltype = 'c' and k.convalidated
     )
     select format('%s.%s', n.nspname, c.relname) as table
       from reached r join pg_class c on c.oid = r.oid join pg_namespace n on n.oid = c.relnamespace`,
  );
  return found.map(({ table }) => table);
}

describe("the erasure registry", () => {
  it("names every table of both schemas, and no other", async () => {
    const tables = await rows<{ name: string }>(
      owner,
      "select format('%s.%s', schemaname, tablename) as name from pg_tables where schemaname in ('auth', 'rag')",
    );
    expect(Object.keys(ERASURE_REGISTRY).sort()).toEqual(tables.map(({ name }) => name).sort());
  });

  it("says `fk` of the tables that foreign keys reach, and of no other", async () => {
    expect(named("fk").sort()).toEqual((await cascading()).sort());
  });

  it("considers every free column of the tables that no foreign key reaches", async () => {
    const free = await freeColumns();
    for (const table of [...named("query"), ...named("none")]) {
      const reach = ERASURE_REGISTRY[table];
      const considered = reach === undefined || reach.by === "fk" ? {} : reach.columns;
      expect(Object.keys(considered).sort(), table).toEqual(free[table]?.sort() ?? []);
    }
  });

  it("has every `fk` and `query` table counted, each of them readable, none twice", async () => {
    const person = await insertPerson(owner);
    const [row] = await rows<{ counts: Record<string, number> }>(
      gateway,
      "select auth.count_personal_rows($1, 'nobody@example.com') as counts",
      [person.userId],
    );
    const counts = row?.counts ?? {};
    const counted = [...named("fk"), ...named("query")].filter((table) => !isCountedWithAnother(table));
    expect(Object.keys(counts).sort()).toEqual(counted.sort());
    expect(counts).toMatchObject({ "auth.user": 1, "auth.session": 1, "auth.audit_subject": 1, "rag.message": 0 });
    expect(Object.values(counts)).not.toContain(null);
  });
});

describe("what counts a person's rows", () => {
  it("finds a planted table, and tells of one that it may not look into", async () => {
    const person = await insertPerson(owner);
    const count = async () => {
      const [row] = await rows<{ counts: Record<string, number | null> }>(
        gateway,
        "select auth.count_personal_rows($1, 'Planted@example.com') as counts",
        [person.userId],
      );
      return row?.counts ?? {};
    };
    await owner.query(`create table rag.stray (note text, author uuid); create table auth.copy (address text);
      create table rag.closed (user_id uuid); create table rag.walled (user_id uuid);
      alter table rag.walled enable row level security; alter table rag.walled force row level security;
      grant select on rag.stray, rag.walled to rag_system; grant select on auth.copy to auth_system`);
    await owner.query("insert into rag.stray (author) values ($1)", [person.userId]);
    await owner.query("insert into auth.copy values ('planted@Example.com')");
    expect(await count()).toMatchObject({ "rag.stray": 1, "auth.copy": 1, "rag.closed": null, "rag.walled": null });
    await owner.query("drop table rag.stray, auth.copy, rag.closed, rag.walled");
  });
});
