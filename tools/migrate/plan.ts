/** Compares the migration files with what the database says was applied. */
import { ToolFailure } from "../failure.ts";
import type { Migration } from "./files.ts";

export interface Applied {
  readonly name: string;
  readonly sha256: string;
  readonly appliedAt: Date;
}

export interface Status {
  readonly name: string;
  readonly state: "applied" | "pending" | "changed" | "missing" | "out of order";
  readonly appliedAt?: Date;
}

/** One line for each migration known to either side, in order. */
export function compare(files: readonly Migration[], applied: readonly Applied[]): Status[] {
  const byName = new Map(applied.map((row) => [row.name, row]));
  const newest =
    applied
      .map((row) => row.name)
      .sort()
      .at(-1) ?? "";
  const known: Status[] = files.map(({ name, sha256 }) => {
    const row = byName.get(name);
    if (row === undefined) return { name, state: name < newest ? "out of order" : "pending" };
    return { name, state: row.sha256 === sha256 ? "applied" : "changed", appliedAt: row.appliedAt };
  });
  const names = new Set(files.map((file) => file.name));
  const missing: Status[] = applied
    .filter((row) => !names.has(row.name))
    .map(({ name, appliedAt }) => ({ name, state: "missing", appliedAt }));
  return [...known, ...missing].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const refusals: Partial<Record<Status["state"], string>> = {
  changed: "was edited after it had been applied. Restore the file, and put the change into a new migration",
  missing: "was applied, but its file is missing. Restore the file, or run the code that the database was made for",
  "out of order": "is new, but its number is below one that was applied. Give it the next free number",
};

/** The migrations still to apply; throws when history and files disagree. */
export function requirePending(files: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const statuses = compare(files, applied);
  const problems = statuses.flatMap(({ name, state }) => (refusals[state] ? [`${name} ${refusals[state]}.`] : []));
  if (problems.length > 0) throw new ToolFailure(`Nothing was migrated:\n${problems.join("\n")}`);
  const pending = new Set(statuses.filter(({ state }) => state === "pending").map(({ name }) => name));
  return files.filter(({ name }) => pending.has(name));
}
