/** The web client: its pages, its hashed files, and what it has to know of this gateway. */
import type { Context, Handler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { AppError } from "../errors.ts";
import { matchesEtag } from "../etag.ts";
import type { Route } from "../routing.ts";
import type { Coding, WebFile } from "./build.ts";
import { CLIENT_PATHS } from "./paths.ts";
import type { WebClient } from "./service.ts";

/** The names of these files change with what is in them. */
const IMMUTABLE = "public, max-age=31536000, immutable";
/** Everything else is asked for each time, and mostly answered by 304. */
const REVALIDATE = "no-cache";

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The web client is not built</title></head>
<body><h1>The web client is not built</h1>
<p>The gateway runs, but nobody has built its pages yet. Build them, then start the gateway again:</p>
<pre>npm run build -w auth-gateway</pre>
<p>(<code>make dev</code> does both.) The API is described at <a href="/reference">/reference</a>.</p></body></html>
`;

/** Where the build puts what is not hashed and not a page. */
const LOOSE_FILES = ["boot.js", "favicon.svg"] as const;

export function webRoutes({ build, config }: WebClient): Route[] {
  const get = (path: string, handler: Handler<AppEnv>): Route => ({ method: "GET", path, handler });
  const asset = (c: Context<AppEnv>): Response => {
    const file = build?.get(c.req.path.slice(1));
    // A page of an older build asks for files that are gone; the answer must not be kept.
    if (file === undefined) throw new AppError("not_found", "There is no such file in this build.");
    return serveFile(c, file, { "cache-control": c.req.path.startsWith("/assets/") ? IMMUTABLE : REVALIDATE });
  };
  return [
    ...CLIENT_PATHS.map((path) => get(path, (c) => servePage(c, { build, config }, 200))),
    get("/assets/:file", asset),
    ...LOOSE_FILES.map((name) => get(`/${name}`, asset)),
    get("/config.json", (c) => c.json(config, 200, { "cache-control": REVALIDATE })),
  ];
}

/** The client's one page; it draws what the address names, an unknown one too. */
export function servePage(c: Context<AppEnv>, { build, config }: WebClient, status: 200 | 404): Response {
  const page = build?.get("index.html");
  if (page === undefined) return c.html(NOT_BUILT, 503, { "retry-after": "30" });
  const headers = { "cache-control": REVALIDATE, "content-security-policy": contentSecurityPolicy(config.ragApiUrl) };
  return serveFile(c, page, headers, status);
}

/** Whether somebody has typed or followed this address, and can read a page. */
export function asksForPage(c: Context<AppEnv>): boolean {
  return c.req.method === "GET" && (c.req.header("accept") ?? "").includes("text/html");
}

function serveFile(c: Context<AppEnv>, file: WebFile, more: Record<string, string>, status = 200): Response {
  const headers = { ...more, etag: file.etag, vary: "Accept-Encoding" };
  if (status === 200 && matchesEtag(c.req.header("if-none-match"), file.etag)) {
    return new Response(null, { status: 304, headers });
  }
  const coding = chooseCoding(c.req.header("accept-encoding") ?? "", file);
  const body = coding === undefined ? file.body : (file.compressed[coding] ?? file.body);
  return new Response(body, {
    status,
    headers: { ...headers, "content-type": file.type, ...(coding === undefined ? {} : { "content-encoding": coding }) },
  });
}

function chooseCoding(accepted: string, { compressed }: WebFile): Coding | undefined {
  const offers = accepted.split(",").map((offer) => offer.trim());
  const accepts = (coding: Coding) =>
    offers.some((offer) => offer.split(";")[0] === coding && !/;\s*q=0(\.0*)?$/.test(offer));
  return (["br", "gzip"] as const).find((coding) => compressed[coding] !== undefined && accepts(coding));
}

/** Only our own script and style, talking to the two services only. Images are our own: those of a text never load. */
function contentSecurityPolicy(ragApiUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${new URL(ragApiUrl).origin}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
