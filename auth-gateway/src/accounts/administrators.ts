/** The first administrator comes from the command line; further ones from `/admin/set-role`. */
import type { Database } from "../db/database.ts";
import { setRole } from "./queries.ts";

/** The user's id; undefined when no account has the address. */
export function makeAdministrator(db: Database, email: string): Promise<string | undefined> {
  return setRole(db, email.toLowerCase(), "admin");
}
