/** `GET /openapi.json`, and the same for people at `/reference`, without anything from elsewhere. */
import { readFileSync } from "node:fs";
import type { Route } from "../routing.ts";
import { createDocument, type DescribedAuth } from "./document.ts";

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const CACHE_CONTROL = "public, max-age=300";

/** Routes of the document itself, and of all others that are given. */
export function openApiRoutes(
  gatewayUrl: string,
  others: readonly Route[],
  describeAuth: () => Promise<DescribedAuth>,
): Route[] {
  const read = (name: string) => readFileSync(new URL(`./pages/${name}`, import.meta.url), "utf8");
  const file = (path: string, type: string, body: string): Route => ({
    method: "GET",
    path,
    handler: (c) =>
      c.body(body, 200, {
        "content-type": `${type}; charset=utf-8`,
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "cache-control": CACHE_CONTROL,
      }),
  });
  let document: Promise<string> | undefined;
  const getDocument: Route = {
    method: "GET",
    path: "/openapi.json",
    async handler(c) {
      document ??= describeAuth().then((auth) => JSON.stringify(createDocument(gatewayUrl, [...others, ...own], auth)));
      return c.body(await document, 200, { "content-type": "application/json", "cache-control": CACHE_CONTROL });
    },
  };
  const own = [
    getDocument,
    file("/reference", "text/html", read("reference.html")),
    file("/reference/reference.js", "text/javascript", read("reference.js")),
    file("/reference/reference.css", "text/css", read("reference.css")),
  ];
  return own;
}
