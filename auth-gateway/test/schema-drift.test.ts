/** The tables that Better Auth expects are the tables that we have. */
import * as accountTables from "@auth-gateway/shared-schema/accounts";
import * as tables from "@auth-gateway/shared-schema/auth";
import { schemaCheckFor } from "@better-auth/core/db/internal";
import { drizzleAdapter } from "@better-auth/drizzle-adapter";
import { getAuthTables } from "better-auth/db";
import { drizzle } from "drizzle-orm/node-postgres";
import { getTableConfig, type PgColumn, type PgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { createAuthOptions } from "../src/auth/better-auth.ts";
import { parseConfig } from "../src/config.ts";
import { testEnvironment } from "./harness/environment.ts";

const options = createAuthOptions(
  parseConfig(testEnvironment("postgresql://u:p@127.0.0.1/d", { TWO_FACTOR: "on", PASSKEYS: "on" })),
);
const expected = getAuthTables(options);
const ours: Record<string, PgTable> = {
  user: tables.user,
  session: tables.session,
  account: tables.account,
  verification: tables.verification,
  twoFactor: accountTables.twoFactor,
  passkey: accountTables.passkey,
};

/** The PostgreSQL types that hold a value of Better Auth's type. */
const TYPES: Record<string, readonly string[]> = {
  string: ["text", "uuid"],
  date: ["timestamp with time zone"],
  boolean: ["boolean"],
  number: ["integer", "bigint"],
  json: ["jsonb"],
  "string[]": ["text[]"],
};

function isUnique(table: PgTable, column: PgColumn): boolean {
  const config = getTableConfig(table);
  return (
    column.isUnique ||
    config.uniqueConstraints.some((key) => key.columns.length === 1 && key.columns[0]?.name === column.name)
  );
}

function isIndexed(table: PgTable, column: PgColumn): boolean {
  return getTableConfig(table).indexes.some(({ config }) => {
    const [first] = config.columns;
    return first !== undefined && "name" in first && first.name === column.name;
  });
}

function referenceOf(table: PgTable, column: PgColumn) {
  const key = getTableConfig(table).foreignKeys.find((candidate) =>
    candidate.reference().columns.some(({ name }) => name === column.name),
  );
  const reference = key?.reference();
  return reference === undefined
    ? undefined
    : {
        table: getTableConfig(reference.foreignTable).name,
        column: reference.foreignColumns[0]?.name,
        onDelete: key?.onDelete,
      };
}

it("has a table for each of Better Auth's", () => {
  expect(Object.keys(expected).sort()).toEqual(Object.keys(ours).sort());
});

describe.each(Object.entries(expected))("table %s", (name, { fields, modelName }) => {
  const table = ours[name];
  if (table === undefined) return;
  const columns: Record<string, PgColumn> = Object.fromEntries(
    Object.entries(table).filter(
      ([, member]) => typeof member === "object" && member !== null && "columnType" in member,
    ),
  );

  it("is named alike, in the schema auth, with a uuid id", () => {
    expect(getTableConfig(table)).toMatchObject({ name: modelName, schema: "auth" });
    expect(columns["id"]).toMatchObject({ primary: true, notNull: true });
    expect(columns["id"]?.getSQLType()).toBe("uuid");
  });

  it("has exactly its columns", () => {
    expect(Object.keys(columns).sort()).toEqual(["id", ...Object.keys(fields)].sort());
  });

  it.each(Object.entries(fields))("column %s", (key, field) => {
    const column = columns[key];
    if (column === undefined) throw new Error(`${name}.${key} is missing`);
    const type = Array.isArray(field.type) ? "string" : field.type;
    expect(TYPES[type]).toContain(column.getSQLType());
    expect(column.notNull).toBe(field.required !== false);
    if (field.unique) expect(isUnique(table, column)).toBe(true);
    if (field.index && !field.unique) expect(isIndexed(table, column)).toBe(true);
    if (field.references !== undefined) {
      expect(column.getSQLType()).toBe("uuid");
      expect(referenceOf(table, column)).toEqual({
        table: field.references.model,
        column: field.references.field,
        onDelete: field.references.onDelete ?? "cascade",
      });
    }
  });
});

it("passes Better Auth's own check", async () => {
  const adapter = drizzleAdapter(drizzle.mock({ schema: { ...tables, ...accountTables } }), {
    provider: "pg",
    schema: ours,
  })(options);
  const check = schemaCheckFor(adapter);
  expect(check).toBeDefined();
  await check?.();
});
