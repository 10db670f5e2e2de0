/** Migrates one database: lock, roles, pending files. */
import { Client } from "pg";
import { ToolFailure } from "../failure.ts";
import { applyPending, listApplied, withLock } from "./apply.ts";
import { loadMigrations } from "./files.ts";
import type { LoginSource } from "./logins.ts";
import { compare, type Status } from "./plan.ts";
import { ensureRoles } from "./roles.ts";

export interface MigrationRun {
  readonly ownerUrl: string;
  readonly folder: string;
  readonly logins: LoginSource;
  readonly say: (line: string) => void;
}

/** A pooler hands each transaction another session: the lock would guard nothing. */
export function requireDirectUrl(url: string): void {
  const host = URL.canParse(url) ? new URL(url).hostname : undefined;
  if (host === undefined) throw new ToolFailure("DATABASE_URL is not a URL: postgresql://owner:password@host/database");
  const [endpoint = "", ...domain] = host.split(".");
  if (!endpoint.endsWith("-pooler")) return;
  const direct = [endpoint.slice(0, -"-pooler".length), ...domain].join(".");
  throw new ToolFailure(
    `DATABASE_URL names Neon's pooled endpoint (${host}). Migrations hold a session lock, which a pooler does not ` +
      `keep: use the direct endpoint, ${direct}. The services' URLs may name the pooled one.`,
  );
}

async function withOwner<T>(ownerUrl: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: ownerUrl, connectionTimeoutMillis: 30_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof AggregateError ? error.errors.map(String).join("; ") : String(error);
    throw new ToolFailure(`Cannot connect to the database at ${new URL(ownerUrl).host}: ${reason}`);
  }
  return await use(client).finally(() => client.end());
}

/** Returns the names of what was applied; none when another run was first. */
export async function migrateDatabase({ ownerUrl, folder, logins, say }: MigrationRun): Promise<string[]> {
  requireDirectUrl(ownerUrl);
  const files = await loadMigrations(folder);
  return await withOwner(ownerUrl, (client) =>
    withLock(client, say, async () => {
      await ensureRoles(client, await logins(client));
      return await applyPending(client, files, say);
    }),
  );
}

export async function readStatus(ownerUrl: string, folder: string): Promise<Status[]> {
  const files = await loadMigrations(folder);
  return await withOwner(ownerUrl, async (client) => compare(files, await listApplied(client)));
}
