/** The `.env` of a fresh clone: only what cannot have a default. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../failure.ts";

/** Writes `.env` with fresh secrets unless it exists; true when it did. */
export async function ensureEnvFile(checkout: string): Promise<boolean> {
  const text = [
    "# Made by `make dev`. Every variable is described in .env.example.",
    `AUTH_SECRETS=1:${randomBytes(32).toString("base64url")}`,
    "",
  ];
  try {
    await writeFile(join(checkout, ".env"), text.join("\n"), { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}
