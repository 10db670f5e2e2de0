/** The migration runner on small migrations of its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loginsOf } from "../migrate/logins.ts";
import { migrateDatabase, readStatus } from "../migrate/migrate.ts";
import { createEmptyDatabase, type TestDatabase } from "../testing/database.ts";

let folder: string;
let database: TestDatabase;
let said: string[];

beforeEach(async () => {
  folder = mkdtempSync("/tmp/migrations-");
  database = await createEmptyDatabase();
  said = [];
  write("0000_first", "create table public.first (id int constraint first_pkey primary key);");
  write(
    "0001_second",
    "create table public.second (id int);\n--> statement-breakpoint\ninsert into second values (1);",
  );
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

function write(name: string, sql: string): void {
  writeFileSync(join(folder, `${name}.sql`), sql);
}

function migrate(): Promise<string[]> {
  const say = (line: string) => void said.push(line);
  return migrateDatabase({ ownerUrl: database.migratorUrl, folder, logins: loginsOf(database), say });
}

async function query(sql: string, url = database.migratorUrl): Promise<unknown[][]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

const states = async () =>
  (await readStatus(database.migratorUrl, folder)).map(({ name, state }) => `${name} ${state}`);

it("applies what is pending, in order, once", async () => {
  expect(await states()).toEqual(["0000_first pending", "0001_second pending"]);
  expect(await migrate()).toEqual(["0000_first", "0001_second"]);
  expect(await migrate()).toEqual([]);
  write("0002_third", "insert into second values (2);");
  expect(await migrate()).toEqual(["0002_third"]);
  expect(await query("select count(*)::int from second")).toEqual([[2]]);
  expect(await states()).toEqual(["0000_first applied", "0001_second applied", "0002_third applied"]);
});

it("lets both services read what was applied, and change nothing", async () => {
  await migrate();
  for (const url of [database.authGatewayUrl, database.ragApiUrl]) {
    expect(await query("select name from migrations.applied order by name limit 1", url)).toEqual([["0000_first"]]);
    await expect(query("delete from migrations.applied", url)).rejects.toMatchObject({ code: "42501" });
  }
});

it("applies once when five run at the same time", async () => {
  write("0002_slow", "select pg_sleep(0.2); insert into second values (2);");
  const applied = await Promise.all([migrate(), migrate(), migrate(), migrate(), migrate()]);
  expect(applied.flat().sort()).toEqual(["0000_first", "0001_second", "0002_slow"]);
  expect(said).toContain("Another migration runs; waiting for it.");
  expect(await query("select count(*)::int from second")).toEqual([[2]]);
});

it("refuses an edited migration by its name, and applies nothing", async () => {
  await migrate();
  write("0000_first", "create table public.first (id bigint);");
  write("0002_third", "create table third ();");
  await expect(migrate()).rejects.toThrow(/0000_first was edited after it had been applied/);
  expect(await states()).toEqual(["0000_first changed", "0001_second applied", "0002_third pending"]);
  expect(await query("select to_regclass('third')")).toEqual([[null]]);
});

it("refuses when an applied migration's file is missing", async () => {
  await migrate();
  rmSync(join(folder, "0001_second.sql"));
  await expect(migrate()).rejects.toThrow(/0001_second was applied, but its file is missing/);
  expect(await states()).toEqual(["0000_first applied", "0001_second missing"]);
});

it("refuses a new migration below an applied one, two of one number, and a name without a number", async () => {
  rmSync(join(folder, "0000_first.sql"));
  await migrate();
  write("0000_late", "select 1;");
  await expect(migrate()).rejects.toThrow(/0000_late is new, but its number is below/);
  write("0001_twin", "select 1;");
  await expect(migrate()).rejects.toThrow(/two files with number 0001/);
  rmSync(join(folder, "0001_twin.sql"));
  write("notes", "select 1;");
  await expect(migrate()).rejects.toThrow(/notes\.sql is not named NNNN_name\.sql/);
});

it("rolls a failing migration back whole, names it and its line, and keeps those before", async () => {
  write("0002_broken", "create table third ();\n\nselect * from nowhere;\n");
  await expect(migrate()).rejects.toThrow(/0002_broken failed and was rolled back, line 3: .*"nowhere" does not exist/);
  expect(await states()).toEqual(["0000_first applied", "0001_second applied", "0002_broken pending"]);
  expect(await query("select to_regclass('third')")).toEqual([[null]]);
});

it("makes a change that row-level security would swallow an error", async () => {
  write("0002_guarded", "alter table second enable row level security; alter table second force row level security;");
  write("0003_backfill", "update second set id = 5;");
  await expect(migrate()).rejects.toThrow(/0003_backfill failed.*row-level security policy/);
});

it("gives up on a table that stays locked, and says why", async () => {
  await migrate();
  const holder = new Client({ connectionString: database.migratorUrl });
  await holder.connect();
  try {
    await holder.query("begin; lock table second in access exclusive mode");
    write("0002_third", "alter table second add column more int;");
    await expect(migrate()).rejects.toThrow(/0002_third failed.*A lock was not free within 10 s/);
  } finally {
    await holder.end();
  }
});

it("refuses Neon's pooled endpoint, and names the direct one", async () => {
  const ownerUrl = "postgresql://owner:secret@ep-cool-1234-pooler.eu-central-1.aws.neon.tech/app";
  const run = migrateDatabase({ ownerUrl, folder, logins: loginsOf(database), say: () => undefined });
  await expect(run).rejects.toThrow(
    /pooled endpoint.*use the direct endpoint, ep-cool-1234\.eu-central-1\.aws\.neon\.tech/s,
  );
  await expect(run).rejects.not.toThrow(/secret/);
});

it("says where it could not connect, without the password", async () => {
  const ownerUrl = "postgresql://owner:secret@127.0.0.1:1/app";
  const run = migrateDatabase({ ownerUrl, folder, logins: loginsOf(database), say: () => undefined });
  await expect(run).rejects.toThrow(/Cannot connect to the database at 127\.0\.0\.1:1: .*ECONNREFUSED/);
  await expect(run).rejects.not.toThrow(/secret/);
});
