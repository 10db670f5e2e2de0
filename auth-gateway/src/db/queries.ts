/** Questions about the database itself: who we are in it, and which migrations it has. */
import { sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { findServerError } from "./faults.ts";

export interface DatabaseRole {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypassesRowSecurity: boolean;
  /** It owns a table of ours, or may become a role that does. */
  readonly ownsTables: boolean;
}

export async function getDatabaseRole(db: Database): Promise<DatabaseRole> {
  const rows = await selectRows<DatabaseRole>(
    db,
    sql`
      select r.rolname as "name", r.rolsuper as "superuser", r.rolbypassrls as "bypassesRowSecurity",
        exists (
          select from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname in ('auth', 'rag') and pg_has_role(c.relowner, 'MEMBER')
        ) as "ownsTables"
      from pg_roles r where r.rolname = current_user`,
  );
  const role = rows[0];
  if (role === undefined) throw new Error("current_user is not in pg_roles");
  return role;
}

const UNDEFINED_TABLE = "42P01";
const INVALID_SCHEMA = "3F000";

/** False as well when nothing was ever migrated. */
export async function isMigrationApplied(db: Database, name: string): Promise<boolean> {
  try {
    const rows = await selectRows(db, sql`select from migrations.applied where name = ${name}`);
    return rows.length > 0;
  } catch (error) {
    const code = findServerError(error)?.code;
    if (code === UNDEFINED_TABLE || code === INVALID_SCHEMA) return false;
    throw error;
  }
}

async function selectRows<Row>(db: Database, query: ReturnType<typeof sql>): Promise<Row[]> {
  const result = await db.execute(query);
  return (result as { rows: Row[] }).rows;
}
