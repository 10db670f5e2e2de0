/** Passwords of a cluster's roles, in a 0600 file beside it, and the URLs made from them. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Credentials {
  readonly superuser: string;
  readonly migrator: string;
  readonly authGateway: string;
  readonly ragApi: string;
}

export interface DatabaseUrls {
  readonly migratorUrl: string;
  readonly authGatewayUrl: string;
  readonly ragApiUrl: string;
}

const fileName = "credentials.json";

/** A password that needs no escaping in a URL or in SQL. */
export function makePassword(): string {
  return randomBytes(24).toString("base64url");
}

export function makeCredentials(): Credentials {
  return {
    superuser: makePassword(),
    migrator: makePassword(),
    authGateway: makePassword(),
    ragApi: makePassword(),
  };
}

export async function saveCredentials(folder: string, credentials: Credentials): Promise<void> {
  await writeFile(join(folder, fileName), `${JSON.stringify(credentials, undefined, 2)}\n`, { mode: 0o600 });
}

export async function loadCredentials(folder: string): Promise<Credentials> {
  return JSON.parse(await readFile(join(folder, fileName), "utf8"));
}

export function databaseUrls(credentials: Credentials, port: number, database: string): DatabaseUrls {
  const url = (user: string, password: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  return {
    migratorUrl: url("migrator", credentials.migrator),
    authGatewayUrl: url("auth_gateway", credentials.authGateway),
    ragApiUrl: url("rag_api", credentials.ragApi),
  };
}
