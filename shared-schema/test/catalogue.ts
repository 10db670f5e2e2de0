/** Reads what a database really holds, in a form that two databases can be compared by. */
import type { Client } from "pg";

export async function rows<Row>(client: Client, sql: string, parameters: unknown[] = []): Promise<Row[]> {
  return (await client.query(sql, parameters)).rows as Row[];
}

const structureQueries = {
  columns: `
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
           a.attgenerated as generated, pg_get_expr(d.adbin, d.adrelid) as default
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = any($1::regnamespace[]) and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
      order by 1, 2`,
  constraints: `
    select c.conname as name, c.conrelid::regclass::text as table, pg_get_constraintdef(c.oid) as definition
      from pg_constraint c where c.connamespace = any($1::regnamespace[]) and c.conrelid <> 0 order by 2, 1`,
  indexes: `select tablename, indexdef from pg_indexes where schemaname::regnamespace = any($1::regnamespace[]) order by 2`,
  policies: `
    select tablename, policyname, permissive, roles, cmd, qual, with_check
      from pg_policies where schemaname::regnamespace = any($1::regnamespace[]) order by 1, 2`,
  views: `
    select c.relname, pg_get_viewdef(c.oid) as definition, c.reloptions
      from pg_class c where c.relnamespace = any($1::regnamespace[]) and c.relkind = 'v' order by 1`,
  rowSecurity: `
    select c.relname, c.relrowsecurity
      from pg_class c where c.relnamespace = any($1::regnamespace[]) and c.relkind = 'r' order by 1`,
};

/** Tables, constraints, indexes, policies and views of the two schemas. */
export async function readStructure(client: Client): Promise<Record<string, unknown[]>> {
  const structure: Record<string, unknown[]> = {};
  for (const [part, sql] of Object.entries(structureQueries)) {
    structure[part] = await rows(client, sql, [["auth", "rag"]]);
  }
  return structure;
}
