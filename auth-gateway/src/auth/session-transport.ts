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
/** Comes in answer to a right password where a code is asked for, and is sent back with the code. */
export const TWO_FACTOR_CHALLENGE_HEADER = "x-two-factor-challenge";

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

export interface TransportSettings {
  readonly gatewayUrl: string;
  readonly cookiePrefix: string;
}

/** The request as Better Auth may see it. */
export async function requestFor(
  c: Context<AppEnv>,
  transport: SessionTransport,
  settings: TransportSettings,
): Promise<Request> {
  const { method, url } = c.req;
  const headers = requestHeadersFor(c, transport);
  if (transport === "bearer") restoreChallenge(headers, settings);
  // Better Auth asks for the media type of a body that is not there.
  const body = method === "POST" ? await c.req.text() : "";
  return new Request(url, { method, headers, ...(body === "" ? {} : { body }) });
}

/** Better Auth knows the sign-in that waits for a code by a cookie, and takes cookies from a trusted origin only. */
function restoreChallenge(headers: Headers, { gatewayUrl, cookiePrefix }: TransportSettings): void {
  const challenge = headers.get(TWO_FACTOR_CHALLENGE_HEADER);
  if (challenge === null || !/^[\w.%-]{1,300}$/.test(challenge)) return;
  headers.set("cookie", `${cookiePrefix}.two_factor=${challenge}`);
  headers.set("origin", gatewayUrl);
}

/** Leaves of Better Auth's two ways to hand out a session the one that was asked for. */
export function keepSessionTransport(
  { headers }: Response,
  transport: SessionTransport,
  { cookiePrefix }: TransportSettings,
): void {
  const challenge = transport === "bearer" && challengeIn(headers, `${cookiePrefix}.two_factor=`);
  if (challenge) {
    headers.set(TWO_FACTOR_CHALLENGE_HEADER, challenge);
    // Of a session that ended when the code was asked for.
    headers.delete(SET_AUTH_TOKEN_HEADER);
  }
  headers.delete(transport === "bearer" ? "set-cookie" : SET_AUTH_TOKEN_HEADER);
  // The CORS middleware decides what is exposed.
  headers.delete("access-control-expose-headers");
}

function challengeIn(headers: Headers, name: string): string | undefined {
  const cookie = headers.getSetCookie().find((line) => line.startsWith(name));
  return cookie?.slice(name.length).split(";", 1)[0];
}
