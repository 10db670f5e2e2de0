/**
 * Sessions outlive a change of the secret: Better Auth signs cookies and bearer sessions with the first of AUTH_SECRETS and
 * knows no other, so a value that an older one signed is signed anew before Better Auth sees it.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { AuthSecret } from "../config-values.ts";

/** A session's cookie is short; a hundred values to check are somebody's attempt to keep us busy. */
const MAX_COOKIES = 50;
const SIGNATURE_LENGTH = 44;
const BEARER = /^bearer +(\S+)$/i;

/** `cookiePrefix` as Better Auth has it: `auth` of `auth.session_token`. */
export function acceptOlderSecrets(
  [current, ...older]: readonly AuthSecret[],
  cookiePrefix: string,
): MiddlewareHandler<AppEnv> {
  if (current === undefined || older.length === 0) return (_c, next) => next();
  const resign = (text: string) => signAnew(text, current, older);
  return async (c, next) => {
    const changes = [
      ["cookie", resignCookies(c.req.header("cookie"), `${cookiePrefix}.`, resign)],
      ["authorization", resignBearer(c.req.header("authorization"), resign)],
    ] as const;
    const headers = new Headers(c.req.raw.headers);
    for (const [name, value] of changes) if (value !== undefined) headers.set(name, value);
    if (changes.some(([, value]) => value !== undefined)) c.req.raw = new Request(c.req.raw, { headers });
    await next();
  };
}

type Resign = (text: string) => string | undefined;

/** Gives undefined when there is nothing to change. */
function resignCookies(header: string | undefined, prefix: string, resign: Resign): string | undefined {
  const cookies = header?.split(/; */) ?? [];
  if (cookies.length > MAX_COOKIES) return undefined;
  const resigned = cookies.map((cookie) => {
    const value = cookie.startsWith(prefix) ? resign(cookie.slice(cookie.indexOf("=") + 1)) : undefined;
    return value === undefined ? cookie : `${cookie.slice(0, cookie.indexOf("="))}=${value}`;
  });
  return resigned.every((cookie, index) => cookie === cookies[index]) ? undefined : resigned.join("; ");
}

function resignBearer(header: string | undefined, resign: Resign): string | undefined {
  const token = BEARER.exec(header ?? "")?.[1];
  const resigned = token === undefined ? undefined : resign(token);
  return resigned === undefined ? undefined : `Bearer ${resigned}`;
}

/** Takes and gives `value.signature` as it stands in a cookie; undefined when no older secret signed it. */
function signAnew(text: string, current: AuthSecret, older: readonly AuthSecret[]): string | undefined {
  const signed = decode(text);
  const dot = signed.lastIndexOf(".");
  const [value, signature] = [signed.slice(0, dot), signed.slice(dot + 1)];
  if (dot < 1 || signature.length !== SIGNATURE_LENGTH || isSignedBy(current, value, signature)) return undefined;
  if (!older.some((secret) => isSignedBy(secret, value, signature))) return undefined;
  return encodeURIComponent(`${value}.${sign(current, value)}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function sign({ value: secret }: AuthSecret, value: string): string {
  return createHmac("sha256", secret).update(value).digest("base64");
}

function isSignedBy(secret: AuthSecret, value: string, signature: string): boolean {
  const expected = Buffer.from(sign(secret, value));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
