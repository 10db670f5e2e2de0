/** What every command of the gateway works with. */
import type { AuditRecorder } from "../audit/models.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { DatabaseConnection } from "../db/database.ts";
import type { Logger } from "../logger.ts";

export interface CommandContext {
  readonly config: Config;
  readonly db: DatabaseConnection["db"];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly audit: AuditRecorder;
  /** `name=value` arguments; one that was not given is an empty string. */
  argument(name: string): string;
  say(line?: string): void;
}

/** Gives the exit code. */
export type Command = (context: CommandContext) => Promise<number>;

/** An expected failure; its message is for the person at the terminal. */
export class CommandFailure extends Error {
  override name = "CommandFailure";
}

/** Left-aligned columns, two spaces between them. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
