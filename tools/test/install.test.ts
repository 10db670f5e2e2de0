/** What a newcomer with an old or missing toolchain reads, and when nothing has to be installed. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkout } from "../checkout.ts";

let folder: string;
let bin: string;

beforeEach(() => {
  folder = mkdtempSync("/tmp/install-");
  bin = join(folder, "bin");
  mkdirSync(join(folder, "rag-api"), { recursive: true });
  mkdirSync(bin);
  for (const name of [
    "package.json",
    "package-lock.json",
    "tools/install",
    "rag-api/requirements-dev.txt",
    "rag-api/pyproject.toml",
  ]) {
    cpSync(join(checkout, name), join(folder, name), { recursive: true });
  }
  for (const name of ["sh", "dirname", "mkdir", "cat", "cksum", "flock"]) link(name);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function link(name: string): void {
  const { stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  symlinkSync(stdout.trim(), join(bin, name));
}

/** A program that answers as an old one would, or that writes down that it was called. */
function fake(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function install(): { status: number | null; output: string } {
  const run = spawnSync(join(bin, "sh"), ["tools/install/install.sh"], {
    cwd: folder,
    env: { PATH: bin },
    encoding: "utf8",
  });
  return { status: run.status, output: `${run.stdout}${run.stderr}` };
}

function installedNodePackages(change: (text: string) => string = (text) => text): void {
  mkdirSync(join(folder, "node_modules"));
  const lock = readFileSync(join(checkout, "package-lock.json"), "utf8");
  writeFileSync(join(folder, "node_modules/.package-lock.json"), change(lock));
}

it("says that Node is missing, and where to get it", () => {
  const { status, output } = install();
  expect(status).toBe(1);
  expect(output).toContain("Node.js is missing. Install version 20.19 or newer");
});

it("says that Node is too old, and which version is there", () => {
  fake("node", 'if [ "$1" = --version ]; then echo v18.20.0; else exit 1; fi');
  const { status, output } = install();
  expect(status).toBe(1);
  expect(output).toContain("Node.js v18.20.0 is too old: version 20.19 or newer is needed");
});

it("says that Python is missing or too old", () => {
  symlinkSync(process.execPath, join(bin, "node"));
  fake("npm", "exit 1");
  fake("python3", "exit 1");
  installedNodePackages();
  const { status, output } = install();
  expect(status).toBe(1);
  expect(output).toContain("Python 3.11 or newer is missing");
});

it.each([
  ["nothing is installed", undefined],
  ["a package has another version", (text: string) => text.replace(/"version": "5\.9\.3"/, '"version": "5.9.2"')],
])("installs the Node packages when %s", (_case, change) => {
  symlinkSync(process.execPath, join(bin, "node"));
  fake("npm", 'echo "npm was called: $*"; exit 3');
  if (change !== undefined) installedNodePackages(change);
  const { status, output } = install();
  expect(status).toBe(3);
  expect(output).toBe(
    "Installing Node packages (npm ci) …\nnpm was called: ci --no-audit --no-fund --loglevel=error\n",
  );
});

it("does nothing, and needs no network, when everything is installed", () => {
  const run = spawnSync("sh", ["tools/install/install.sh"], { cwd: checkout, encoding: "utf8" });
  expect(run).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
