/** Looks for a text in every column of every table of a database, as a search through its dump would; opens sealed mails, too. */
import pg from "pg";
import type { TestDatabase } from "../../../tools/testing/database.ts";
import { parseConfig } from "../../src/config.ts";
import { createSealer } from "../../src/mail/sealing.ts";
import { testEnvironment } from "./environment.ts";

/** A transaction in which the owner may see and write everybody's rows, which FORCE keeps it from otherwise. */
export async function withoutRowSecurity<T>(
  { migratorUrl }: TestDatabase,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: migratorUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select oid::regclass::text as name from pg_class where relkind = 'r' and relforcerowsecurity",
    );
    await client.query("begin");
    for (const { name } of rows) await client.query(`alter table ${name} no force row level security`);
    const result = await work(client);
    for (const { name } of rows) await client.query(`alter table ${name} force row level security`);
    await client.query("commit");
    return result;
  } finally {
    await client.end();
  }
}

/** The columns that hold one of the texts, as schema.table.column. */
export function scanDatabase(database: TestDatabase, texts: readonly string[]): Promise<string[]> {
  return withoutRowSecurity(database, async (client) => {
    const { rows: columns } = await client.query<{ relation: string; name: string; label: string }>(
      `select c.oid::regclass::text as relation, quote_ident(a.attname) as name,
              format('%s.%s.%s', n.nspname, c.relname, a.attname) as label
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
         order by 3`,
    );
    // What is in bytes shows in hexadecimal digits.
    const needles = texts.flatMap((text) => [text.toLowerCase(), Buffer.from(text).toString("hex")]);
    const found: string[] = [];
    for (const { relation, name, label } of columns) {
      const { rows } = await client.query(
        `select from ${relation} where exists (select from unnest($1::text[]) n(text) where position(n.text in lower(${name}::text)) > 0)`,
        [needles],
      );
      if (rows.length > 0) found.push(label);
    }
    const mails = await openMails(client);
    if (mails.some((mail) => texts.some((text) => mail.includes(text)))) found.push("auth.mail_outbox.sealed");
    return found;
  });
}

async function openMails(client: pg.Client): Promise<string[]> {
  const sealer = createSealer(parseConfig(testEnvironment("postgresql://u:p@127.0.0.1/d")).authSecrets);
  const { rows } = await client.query<{ id: string; sealed: string }>("select id, sealed from auth.mail_outbox");
  return rows.map(({ id, sealed }) => sealer.open(sealed, id));
}
