/**
 * How a session travels: in a cookie, or as a bearer token for clients that keep none. A bearer session is asked for with
 * `x-session-transport: bearer` and comes in `set-auth-token`; afterwards `Authorization: Bearer` is enough.
 */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { AppError } from "../errors.ts";
import { CLIENT_ADDRESS_HEADER } from "./better-auth.ts";

export const SESSION_TRANSPORT_HEADER = "x-session-transport";
export const SET_AUTH_TOKEN_HEADER = "set-auth-token";

/**
 * Of no meaning for a bearer session. With the cookie, a script could have the session of an HttpOnly cookie handed out;
 * for the others Better Auth asks for an `Origin`, which clients outside a browser (Node's fetch is one) don't send.
 */
const BROWSER_HEADERS = ["cookie", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];

export type SessionTransport = "cookie" | "bearer";

/** @throws {AppError} invalid_request for a transport that does not exist. */
export function sessionTransportOf(headers: Headers): SessionTransport {
  const asked = headers.get(SESSION_TRANSPORT_HEADER);
  if (asked !== null && asked !== "cookie" && asked !== "bearer") {
    throw new AppError("invalid_request", `${SESSION_TRANSPORT_HEADER} must be cookie or bearer.`);
  }
  if (asked === "bearer" || /^bearer /i.test(headers.get("authorization") ?? "")) return "bearer";
  return "cookie";
}

/** Names the client's address, and drops what does not belong to the transport. */
export function requestHeadersFor(c: Context<AppEnv>, transport: SessionTransport): Headers {
  const headers = new Headers(c.req.raw.headers);
  headers.set(CLIENT_ADDRESS_HEADER, c.get("client").address);
  for (const name of transport === "bearer" ? BROWSER_HEADERS : ["authorization"]) headers.delete(name);
  return headers;
}

/** The request as Better Auth may see it. */
export function requestFor(c: Context<AppEnv>, transport: SessionTransport): Request {
  const headers = requestHeadersFor(c, transport);
  // Node's adapter gives every POST a body stream, and Better Auth asks for the media type of a body that is not there.
  const hasBody = headers.has("transfer-encoding") || Number(headers.get("content-length")) > 0;
  return hasBody ? new Request(c.req.raw, { headers }) : new Request(c.req.url, { method: c.req.method, headers });
}

/** Leaves of Better Auth's two ways to hand out a session the one that was asked for. */
export function withSessionTransport(response: Response, transport: SessionTransport): Response {
  const headers = new Headers(response.headers);
  headers.delete(transport === "bearer" ? "set-cookie" : SET_AUTH_TOKEN_HEADER);
  // The CORS middleware decides what is exposed.
  headers.delete("access-control-expose-headers");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
