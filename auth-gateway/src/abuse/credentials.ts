/** The members of a request's body that limits and checks need, read as Better Auth will read them. */
import type { Context } from "hono";
import { z } from "zod";
import type { AppEnv } from "../app-env.ts";
import { AppError } from "../errors.ts";

/** What is of another type is Better Auth's to refuse. */
const text = z.string().optional().catch(undefined);
const credentials = z.object({ email: text, password: text, newPassword: text }).catch({});

export interface Credentials {
  /** As Better Auth looks it up. */
  readonly account: string | undefined;
  readonly password: string | undefined;
  readonly newPassword: string | undefined;
}

/** Leaves the body to be read again. @throws {AppError} unsupported_media_type */
export async function readCredentials(c: Context<AppEnv>): Promise<Credentials> {
  const { email, password, newPassword } = credentials.parse(await readBody(c));
  return { account: email?.toLowerCase(), password, newPassword };
}

/**
 * Stricter than Better Auth, which takes a media type for JSON or a form by a part of its name: of a body that the two
 * of us read differently, the limit would count the wrong account.
 */
async function readBody(c: Context<AppEnv>): Promise<unknown> {
  const type = (c.req.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  const body = await c.req.raw.clone().text();
  if (body === "") return {};
  if (type === "application/json") return parseJson(body);
  if (type === "application/x-www-form-urlencoded") return Object.fromEntries(new URLSearchParams(body));
  throw new AppError("unsupported_media_type", "Send application/json.");
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
