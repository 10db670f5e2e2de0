/** Shapes of single environment variables. */
import { z } from "zod";

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
