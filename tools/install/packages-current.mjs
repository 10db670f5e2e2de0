/** Exits 0 when node_modules holds what package-lock.json names: a stamp file would not see an `npm install`. */
import { readFileSync } from "node:fs";

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

const installed = read("node_modules/.package-lock.json");
const wanted = Object.entries(read("package-lock.json")).filter(([path]) => path.includes("node_modules/"));
const stale = wanted.find(([path, { version, optional }]) => {
  const found = installed[path];
  return found === undefined ? !optional : found.version !== version;
});
process.exitCode = stale === undefined && wanted.length > 0 ? 0 : 1;
