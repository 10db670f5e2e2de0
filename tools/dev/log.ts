/** A service's output: all of it into `.data/logs`, warnings and what is no JSON also to the terminal. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { say } from "./progress.ts";

const quiet = new Set(["trace", "debug", "info"]);
const pinoWarning = 40;

/** True for a line that a developer should see at once. */
export function isNotable(line: string): boolean {
  try {
    const { level } = JSON.parse(line);
    if (typeof level === "number") return level >= pinoWarning;
    return !quiet.has(level);
  } catch {
    return line.trim() !== "";
  }
}

/** Follows the streams until they end. The log begins anew with each start. */
export async function followOutput(name: string, folder: string, streams: readonly (Readable | null)[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = createWriteStream(join(folder, `${name}.log`), { mode: 0o600 });
  for (const stream of streams) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      file.write(`${line}\n`);
      if (isNotable(line)) say(`${name} | ${line}`);
    });
  }
}
