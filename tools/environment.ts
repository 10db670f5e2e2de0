/** The root `.env`: read under the process environment, and extended with what the tools make. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";

export type Environment = Readonly<Record<string, string | undefined>>;

async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}

/** Variables of `.env`, overridden by those already in the environment; an empty one counts as unset. */
export async function loadEnvironment(checkout: string): Promise<Environment> {
  const file = parseEnv(await readText(join(checkout, ".env")));
  const merged = Object.entries({ ...file, ...process.env });
  return Object.fromEntries(merged.filter(([, value]) => value !== ""));
}

/** Appends variables to `.env` (mode 0600), whole or not at all. */
export async function appendToEnvFile(checkout: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const path = join(checkout, ".env");
  const text = await readText(path);
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, `${text}${separator}${lines.join("")}`, { mode: 0o600 });
  await rename(partial, path);
}

/** The embedded database's port. */
export function postgresPort(environment: Environment): number {
  return Number(environment.POSTGRES_PORT ?? 54329);
}
