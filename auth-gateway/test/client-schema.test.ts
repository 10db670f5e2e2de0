/** The three tables of machine clients are those that the provider plugin reads. */
import * as tables from "@auth-gateway/shared-schema/clients";
import { getAuthTables } from "better-auth/db";
import { getTableConfig, type PgColumn, type PgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { createProviderOptions } from "../src/clients/grant.ts";
import { parseConfig } from "../src/config.ts";
import type { AccessTokenIssuer } from "../src/tokens/access-token.ts";
import { testEnvironment } from "./harness/environment.ts";

const issuer = {} as AccessTokenIssuer;
const config = parseConfig(testEnvironment("postgresql://u:p@127.0.0.1/d"));
const expected = getAuthTables(createProviderOptions(config, issuer));

const TYPES: Record<string, readonly string[]> = {
  string: ["text", "uuid"],
  date: ["timestamp with time zone"],
  boolean: ["boolean"],
  number: ["integer"],
  json: ["jsonb"],
  "string[]": ["text[]"],
};

const ours: Record<string, PgTable> = { ...tables };

describe.each(["oauthClient", "oauthResource", "oauthClientResource"])("table %s", (name) => {
  const table = ours[name];
  const model = expected[name];
  if (table === undefined || model === undefined) throw new Error(`${name} is missing`);
  const columns: Record<string, PgColumn> = Object.fromEntries(
    Object.entries(table).filter(
      ([, member]) => typeof member === "object" && member !== null && "columnType" in member,
    ),
  );
  const { foreignKeys, uniqueConstraints } = getTableConfig(table);

  it("has exactly the plugin's columns", () => {
    expect(Object.keys(columns).sort()).toEqual(["id", ...Object.keys(model.fields)].sort());
  });

  it.each(Object.entries(model.fields))("column %s", (key, field) => {
    const column = columns[key];
    if (column === undefined) throw new Error(`${name}.${key} is missing`);
    expect(TYPES[String(field.type)]).toContain(column.getSQLType());
    expect(column.notNull).toBe(field.required !== false);
    if (field.unique) {
      expect(uniqueConstraints.some((key) => key.columns.length === 1 && key.columns[0]?.name === column.name)).toBe(
        true,
      );
    }
    if (field.references === undefined) return;
    const foreignKey = foreignKeys.find((candidate) => candidate.reference().columns[0]?.name === column.name);
    expect(foreignKey?.onDelete).toBe(field.references.onDelete ?? "cascade");
  });
});

it("links a client to a service once", () => {
  const { uniqueConstraints } = getTableConfig(tables.oauthClientResource);
  const columns = uniqueConstraints.map((key) => key.columns.map(({ name }) => name));
  expect(columns).toContainEqual(["client_id", "resource_id"]);
});
