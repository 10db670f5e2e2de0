/** Source files over 400 lines fail the check: a file that long is two. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

const limit = 400;
const suffixes = [".ts", ".tsx", ".js", ".mjs", ".cjs", ".py", ".sh", ".css"];
const skipped = new Set(["node_modules", "coverage", "__pycache__", "dist", "generated"]);

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".") && !skipped.has(entry.name)) yield* sourceFiles(path);
    } else if (suffixes.some((suffix) => entry.name.endsWith(suffix))) {
      yield path;
    }
  }
}

export async function checkFileLengths(root: string): Promise<{ ok: boolean; output: string }> {
  const tooLong: string[] = [];
  for await (const path of sourceFiles(root)) {
    const lines = (await readFile(path, "utf8")).split("\n").length - 1;
    if (lines > limit) tooLong.push(`${relative(root, path)} has ${lines} lines; the limit is ${limit}`);
  }
  return { ok: tooLong.length === 0, output: tooLong.sort().join("\n") };
}
