/** The built web client: how much a browser loads before a page is usable, and what its files may hold. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { CLIENT_PATHS } from "../../auth-gateway/src/web/paths.ts";
import { checkout } from "../checkout.ts";
import { ensureWebBuild, isWebBuildStale } from "../web-build.ts";

const dist = join(checkout, "auth-gateway", "web", "dist");
const assets = join(dist, "assets");
const KB = 1000;

beforeAll(() => ensureWebBuild(), 60_000);

const read = (name: string) => readFileSync(join(assets, name), "utf8");
const compressed = (names: Iterable<string>) =>
  [...names].reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0);

/** A script and everything that it imports before it runs. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, imported = ""] of read(name).matchAll(/(?:from|import)\s*["']\.\/([\w-]+\.js)["']/g)) {
    withImports(imported, seen);
  }
  return seen;
}

function scriptOf(entry: string): string {
  const found = readdirSync(assets).find((name) => new RegExp(`^${entry}-[\\w-]{8}\\.js$`).test(name));
  if (found === undefined) throw new Error(`there is no ${entry} in the build`);
  return found;
}

const load = (...entries: string[]) => {
  const files = new Set<string>();
  for (const entry of ["index", ...entries]) withImports(scriptOf(entry), files);
  return compressed(files);
};

it("the sign-in page loads at most 100 kB of compressed script", () => {
  expect(load("sign-in-page")).toBeLessThanOrEqual(100 * KB);
});

it("the chat, as the first page, loads at most 200 kB", () => {
  expect(load("signed-in", "chat-page")).toBeLessThanOrEqual(200 * KB);
});

it("the page has no inline script or style, and nothing comes from elsewhere", () => {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//);
  for (const name of readdirSync(assets).filter((file) => file.endsWith(".css"))) {
    expect(read(name), name).not.toMatch(/@import|url\(\s*["']?(?!data:)/);
  }
});

it("the client and the gateway name the same pages", async () => {
  const { paths } = await import("../../auth-gateway/web/src/paths.ts");
  expect(Object.values(paths).sort()).toEqual([...CLIENT_PATHS].sort());
});

it("is not built again while nothing has changed", () => {
  expect(isWebBuildStale()).toBe(false);
});
