/** Tables without their indexes while they are filled: built at the end, an index costs a fraction of what it costs row by row. */
import type { Client } from "pg";

/** All but those that constraints stand on. */
const plainIndexes = `
  select i.schemaname || '.' || quote_ident(i.indexname) as name, i.indexdef as definition
    from pg_indexes i
    where i.schemaname = 'rag' and i.tablename = any ($1) and not exists (
      select from pg_constraint c where c.conname = i.indexname and c.connamespace = 'rag'::regnamespace)`;

interface Index {
  readonly name: string;
  readonly definition: string;
}

/** Drops the indexes of tables in the schema `rag`, fills the tables, and makes the indexes again. */
export async function withoutIndexes(
  client: Client,
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  const { rows } = await client.query<Index>(plainIndexes, [tables]);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await fill();
  for (const { definition } of rows) await client.query(definition);
}
