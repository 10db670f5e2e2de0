/** Shapes of single environment variables. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Limit } from "./abuse/limits.ts";

/** A versioned secret: the first one encrypts and signs, the others still decrypt. */
export interface AuthSecret {
  readonly version: number;
  readonly value: string;
}

const MIN_SECRET_BYTES = 32;
const MIN_DISTINCT_CHARACTERS = 12;

/** Explains what is wrong with an origin (RFC 6454), or returns undefined. */
function describeBadOrigin(value: string): string | undefined {
  if (value === "*") return "'*' is not an origin: name each one, because cookies are sent to them";
  if (!URL.canParse(value)) return `'${value}' is not an absolute URL`;
  const url = new URL(value);
  if (url.protocol !== "https:" && url.protocol !== "http:") return `'${value}' must begin with http:// or https://`;
  if (url.origin !== value) return `'${value}' must be a bare origin, here: ${url.origin}`;
  return undefined;
}

export const origin = z.string().check((context) => {
  const problem = describeBadOrigin(context.value);
  if (problem !== undefined) context.issues.push({ code: "custom", message: problem, input: context.value });
});

const list = z.string().transform((text) => text.split(",").map((part) => part.trim()));

export const originList = list.check((context) => {
  const problems = context.value.map(describeBadOrigin).filter((problem) => problem !== undefined);
  if (new Set(context.value).size !== context.value.length) problems.push("an origin is listed twice");
  if (problems.length > 0) context.issues.push({ code: "custom", message: problems.join("; "), input: context.value });
});

export const postgresUrl = z.string().refine(
  (value) => {
    if (!URL.canParse(value)) return false;
    const url = new URL(value);
    return /^postgres(ql)?:$/.test(url.protocol) && url.username !== "" && url.pathname.length > 1;
  },
  { message: "must look like postgresql://user:password@host:5432/database" },
);

export const hostAndPort = z
  .string()
  .regex(/^[A-Za-z0-9.-]+:\d{1,5}$/, { message: "must look like host:port, without a scheme or a path" });

export const httpUrl = z.string().refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
  message: "must be an http:// or https:// URL",
});

export const smtpUrl = z.string().refine(
  (value) => URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol) && new URL(value).hostname !== "",
  // The value must never appear in the message: it may hold a password.
  { message: "must look like smtp://user:password@host:587, or smtps:// for TLS from the first byte" },
);

export const mailSender = z.string().regex(/^([^<>"\r\n]{1,100} <[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/, {
  message: "must look like no-reply@example.com or Example <no-reply@example.com>",
});

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time span such as 90s, 15m, 12h or 30d, in milliseconds. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, { message: "must be a number with a unit: 90s, 15m, 12h or 30d" })
  .transform((text) => Number.parseInt(text, 10) * (UNITS[text.slice(-1)] ?? 0));

/** No window is longer: a counter knows its account by a hash that must not outlive a day. */
const MAX_WINDOW = 12 * 3_600_000;

/** A number of tries in a time span, such as 10/15m. */
export const limit = z
  .string()
  .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,5}[smh]$/, { message: "must be a number of tries in a time span: 10/15m, 100/1h" })
  .transform((text): Limit => {
    const [quota = "", span = ""] = text.split("/");
    return { quota: Number.parseInt(quota, 10), window: duration.parse(span) };
  })
  .refine(({ window }) => window <= MAX_WINDOW, { message: "must not span more than 12h" });

/** ipaddr.js alone would take 127.1 for an address. */
const isNetwork = (text: string): boolean => isIP(text.split("/")[0] ?? "") !== 0 && ipaddr.isValidCIDR(text);

export const networkList = list.refine((networks) => networks.every(isNetwork), {
  message: "must be a comma-separated list of networks, such as 10.0.0.0/8,2001:db8::/32",
});

const AUDIENCE = /^[A-Za-z0-9._~:/-]{1,128}$/;

export const audiences = list
  .refine((names) => names.every((name) => AUDIENCE.test(name)), {
    message: "must be a comma-separated list of names made of letters, digits and . _ ~ : / -",
  })
  .refine((names) => new Set(names).size === names.length, { message: "an audience is listed twice" })
  .transform((names): [string, ...string[]] => [names[0] ?? "", ...names.slice(1)]);

function describeBadSecret(entry: string): string | undefined {
  const match = /^(\d{1,9}):(.*)$/s.exec(entry);
  if (match === null) return "each entry must look like version:secret, as in 1:base64url";
  const [, version, value = ""] = match;
  if (!/^[A-Za-z0-9_-]*$/.test(value)) return `secret ${version} is not base64url`;
  const bytes = Buffer.from(value, "base64url").length;
  if (bytes < MIN_SECRET_BYTES) return `secret ${version} has ${bytes} bytes, at least ${MIN_SECRET_BYTES} are needed`;
  if (new Set(value).size < MIN_DISTINCT_CHARACTERS) return `secret ${version} is not random`;
  return undefined;
}

export const authSecrets = list
  .check((context) => {
    const problems = [...new Set(context.value.map(describeBadSecret).filter((problem) => problem !== undefined))];
    const versions = context.value.map((entry) => Number.parseInt(entry, 10));
    if (new Set(versions).size !== versions.length) problems.push("a version is used twice");
    // The value must never appear in the message: it is printed and logged.
    if (problems.length > 0) context.issues.push({ code: "custom", message: problems.join("; "), input: undefined });
  })
  .transform((entries): AuthSecret[] =>
    entries.map((entry) => ({
      version: Number.parseInt(entry, 10),
      value: entry.slice(entry.indexOf(":") + 1),
    })),
  );
