/** The members of a request's body that limits and checks need, read as Better Auth will read them. */
import type { Context } from "hono";
import { z } from "zod";
import type { AppEnv } from "../app-env.ts";
import { AppError } from "../errors.ts";
import { readMembers } from "../request-body.ts";

/** What is of another type is Better Auth's to refuse. */
const text = z.string().optional().catch(undefined);
const credentials = z.object({ email: text, password: text, newPassword: text }).catch({});

export interface Credentials {
  /** As Better Auth looks it up. */
  readonly account: string | undefined;
  readonly password: string | undefined;
  readonly newPassword: string | undefined;
}

/** @throws {AppError} unsupported_media_type */
export async function readCredentials(c: Context<AppEnv>): Promise<Credentials> {
  const members = await readMembers(c);
  if (members === undefined) throw new AppError("unsupported_media_type", "Send application/json.");
  const { email, password, newPassword } = credentials.parse(members);
  return { account: email?.toLowerCase(), password, newPassword };
}
