/** The built web client, read into memory once: no request reaches the disk, so none can reach beside the folder. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

export interface WebFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  /** By content coding; the build makes them for what gets smaller. */
  readonly compressed: Readonly<Partial<Record<Coding, Uint8Array<ArrayBuffer>>>>;
}

/** By path under the build, such as `index.html` or `assets/main-1a2b3c.js`. */
export type WebBuild = ReadonlyMap<string, WebFile>;

export type Coding = "br" | "gzip";

const SUFFIXES: Readonly<Record<Coding, string>> = { br: ".br", gzip: ".gz" };

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

/** Undefined where nobody has built the client. */
export function loadWebBuild(folder: string): WebBuild | undefined {
  if (!existsSync(join(folder, "index.html"))) return undefined;
  const read = (path: string) => new Uint8Array(readFileSync(join(folder, path)));
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  const build = new Map<string, WebFile>();
  for (const path of paths) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const body = read(path);
    const codings = (Object.keys(SUFFIXES) as Coding[]).filter((coding) => paths.includes(path + SUFFIXES[coding]));
    build.set(path, {
      body,
      type,
      etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
      compressed: Object.fromEntries(codings.map((coding) => [coding, read(path + SUFFIXES[coding])])),
    });
  }
  return build;
}
