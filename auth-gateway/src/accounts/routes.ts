/** `GET /account/…`: the pages that mailed links lead to. */
import type { Route } from "../routing.ts";
import { type PageAssets, renderPage } from "./pages.ts";

/** Only our own script, which talks to this gateway only; no inline code, no frame, no form that goes elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function accountPageRoutes({ purposes, script, style }: PageAssets): Route[] {
  const serve = (path: string, type: string, body: string): Route => ({
    method: "GET",
    path: `/account/${path}`,
    handler: (c) =>
      c.body(body, 200, {
        "content-type": `${type}; charset=utf-8`,
        "content-security-policy": CONTENT_SECURITY_POLICY,
      }),
  });
  return [
    ...purposes.map((purpose) => serve(purpose, "text/html", renderPage(purpose))),
    serve("account.js", "text/javascript", script),
    serve("account.css", "text/css", style),
  ];
}
