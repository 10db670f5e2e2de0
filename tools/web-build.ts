/** Builds the web client when its sources, or the packages that it is made of, have changed since the last time. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { checkout } from "./checkout.ts";
import { ToolFailure } from "./failure.ts";

const web = join(checkout, "auth-gateway", "web");
const dist = join(web, "dist");
const stamp = join(dist, "built-from");

function sources(): string[] {
  const listed = readdirSync(web, { recursive: true, encoding: "utf8" })
    .map((path) => join(web, path))
    .filter((path) => !path.startsWith(dist) && statSync(path, { throwIfNoEntry: false })?.isFile());
  return [...listed.sort(), join(checkout, "package-lock.json")];
}

/** By content: a clone gives every file the time of the clone. */
function digestOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path.slice(checkout.length)).update(readFileSync(path));
  return hash.digest("hex");
}

const isCurrent = (digest: string): boolean => existsSync(stamp) && readFileSync(stamp, "utf8") === digest;

/** Whether somebody has to build. */
export function isWebBuildStale(): boolean {
  return !isCurrent(digestOf(sources()));
}

async function build(folder: string): Promise<void> {
  const vite = join(checkout, "node_modules", "vite", "bin", "vite.js");
  const child = spawn(
    process.execPath,
    [vite, "build", web, "--configLoader", "runner", "--outDir", folder, "--logLevel", "warn"],
    {
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new ToolFailure(`The web client could not be built:\n${output}${errors}`);
}

/**
 * Beside the old build and then in its place, so that several processes may do it at the same time.
 * @throws {ToolFailure} with what the bundler says.
 */
export async function ensureWebBuild(): Promise<void> {
  const digest = digestOf(sources());
  if (isCurrent(digest)) return;
  const fresh = `${dist}-${process.pid}`;
  const old = `${fresh}-old`;
  try {
    await build(fresh);
    if (isCurrent(digest)) return;
    writeFileSync(join(fresh, "built-from"), digest);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  }
}
