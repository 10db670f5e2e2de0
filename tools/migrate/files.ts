/** The migration files: `NNNN_name.sql`, applied in the order of their numbers. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ToolFailure } from "../failure.ts";

export interface Migration {
  /** File name without `.sql`. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

async function load(folder: string, file: string): Promise<Migration> {
  const bytes = await readFile(join(folder, file));
  return {
    name: file.slice(0, -".sql".length),
    sql: bytes.toString("utf8"),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

export async function loadMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  const numbers = new Set<string>();
  for (const file of files) {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(file)?.[1];
    if (number === undefined) throw new ToolFailure(`migrations/${file} is not named NNNN_name.sql`);
    if (numbers.has(number)) throw new ToolFailure(`migrations/ has two files with number ${number}; renumber one`);
    numbers.add(number);
  }
  return await Promise.all(files.map((file) => load(folder, file)));
}
