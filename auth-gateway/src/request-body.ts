/** Bodies, read as Better Auth will read them: limits and the audit trail must name the account that it means. */
import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";

/**
 * Gives undefined for another media type. Stricter than Better Auth, which takes one for JSON or a form by a part of its
 * name: of a body that the two of us read differently, the limit would count the wrong account.
 */
export async function readMembers(c: Context<AppEnv>): Promise<unknown> {
  const type = (c.req.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  const body = await c.req.text();
  if (body === "") return {};
  if (type === "application/json") return parseJson(body);
  return type === "application/x-www-form-urlencoded" ? Object.fromEntries(new URLSearchParams(body)) : undefined;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
