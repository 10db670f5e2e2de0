/** Passwords that are known to everybody: a bundled list of the most common ones, and a range API where one is set. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { AppError } from "../errors.ts";
import type { Logger } from "../logger.ts";

/** Longer than this nobody waits at a sign-up; the answer is then as if the password were not known. */
const API_TIMEOUT_MS = 1_000;
/** Bytes; a padded range has some 40,000. */
const MAX_RANGE_BYTES = 256 * 1024;
/** Hexadecimal digits of the SHA-1 that leave the house: hundreds of passwords share them. */
const PREFIX_LENGTH = 5;

export interface BreachedPasswords {
  /** By the bundled list. @throws {AppError} password_breached */
  refuseCommon(password: string | undefined): void;
  /** By the API, if one is set; lets the password pass when it does not answer. @throws {AppError} password_breached */
  refuseBreached(password: string | undefined): Promise<void>;
}

export function createBreachedPasswords(apiUrl: string | undefined, logger: Logger): BreachedPasswords {
  const common = readCommonPasswords();
  return {
    refuseCommon(password) {
      if (password !== undefined && common.has(password.toLowerCase())) throw breached();
    },
    async refuseBreached(password) {
      if (password === undefined || apiUrl === undefined) return;
      const known = await isInRange(apiUrl, password).catch((err: unknown) => {
        logger.warn({ err }, "the API of breached passwords did not answer, the password was let pass");
        return false;
      });
      if (known) throw breached();
    },
  };
}

/** One a line, in lower case; lines that begin with # explain. */
export function readCommonPasswords(): ReadonlySet<string> {
  const text = readFileSync(new URL("common-passwords.txt", import.meta.url), "utf8");
  return new Set(text.split("\n").filter((line) => line !== "" && !line.startsWith("#")));
}

/** K-anonymity: the API gets five digits of the hash and answers with the rest of each hash that it knows to begin so. */
async function isInRange(apiUrl: string, password: string): Promise<boolean> {
  const hash = createHash("sha1").update(password).digest("hex").toUpperCase();
  const url = `${apiUrl.replace(/\/$/, "")}/${hash.slice(0, PREFIX_LENGTH)}`;
  const response = await fetch(url, {
    headers: { "add-padding": "true", "user-agent": "auth-gateway" },
    redirect: "error",
    signal: AbortSignal.timeout(API_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  const rest = hash.slice(PREFIX_LENGTH);
  const range = await readBounded(response);
  // Padding lines have the count 0.
  return range.split(/\r?\n/).some((line) => line.startsWith(`${rest}:`) && !/:0+$/.test(line));
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_RANGE_BYTES) throw new Error("the API's answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function breached(): AppError {
  return new AppError(
    "password_breached",
    "This password is among those that attackers try first, because it was found in data breaches. Choose another one.",
  );
}
