/** The roles that migrations grant to: two login roles with their own passwords, and the owners of definer functions. */
import { Client, escapeLiteral } from "pg";
import { errorCode, ToolFailure } from "../failure.ts";

export interface ServiceLogin {
  readonly role: "auth_gateway" | "rag_api";
  readonly variable: "AUTH_GATEWAY_DATABASE_URL" | "RAG_API_DATABASE_URL";
  readonly url: string;
}

interface RoleRow {
  readonly superuser: boolean;
  readonly bypassesRls: boolean;
}

export async function findRole(client: Client, role: string): Promise<RoleRow | undefined> {
  const { rows } = await client.query<RoleRow>(
    'select rolsuper as superuser, rolbypassrls as "bypassesRls" from pg_roles where rolname = $1',
    [role],
  );
  return rows[0];
}

function requirePassword({ role, variable, url }: ServiceLogin): string {
  const { username, password } = new URL(url);
  if (decodeURIComponent(username) !== role || password === "") {
    throw new ToolFailure(`${variable} must log in as ${role}, with a password: postgresql://${role}:…@host/database`);
  }
  return decodeURIComponent(password);
}

async function passwordIsRefused({ variable, url }: ServiceLogin): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return false;
  } catch (error) {
    if (errorCode(error) === "28P01") return true;
    throw new ToolFailure(`Cannot log in with ${variable}: ${error instanceof Error ? error.message : error}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function setPassword(client: Client, { role, variable }: ServiceLogin, password: string): Promise<void> {
  try {
    await client.query(`alter role ${role} password ${escapeLiteral(password)}`);
  } catch (error) {
    if (errorCode(error) !== "42501") throw error;
    throw new ToolFailure(`${variable} has a wrong password, and the owner may not change the role ${role}.`);
  }
}

async function ensureLogin(client: Client, login: ServiceLogin): Promise<void> {
  const password = requirePassword(login);
  const found = await findRole(client, login.role);
  if (found === undefined) {
    await client.query(
      `create role ${login.role} login nosuperuser nocreatedb nocreaterole nobypassrls password ${escapeLiteral(password)}`,
    );
    return;
  }
  if (found.superuser || found.bypassesRls) {
    throw new ToolFailure(
      `The role ${login.role} is a superuser or has BYPASSRLS: row-level security would not bind it. ` +
        `A role made in Neon's console has that; drop it, and let \`make migrate\` make it.`,
    );
  }
  if (await passwordIsRefused(login)) await setPassword(client, login, password);
}

/** Makes the roles that are missing and sets the passwords that the URLs name; the caller holds the lock. */
export async function ensureRoles(client: Client, logins: readonly ServiceLogin[]): Promise<void> {
  for (const login of logins) await ensureLogin(client, login);
  for (const role of ["rag_system", "auth_system"]) {
    if ((await findRole(client, role)) === undefined) await client.query(`create role ${role} nologin`);
  }
}
