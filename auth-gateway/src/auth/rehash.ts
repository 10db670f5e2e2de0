/** Replaces a weak password hash at the next sign-in, when the password itself is at hand. */
import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import { currentRequestScope, noteProvedHash } from "../request-scope.ts";
import { hashPassword } from "./passwords.ts";
import { replacePasswordHash } from "./queries.ts";

const credentials = z.object({ email: z.string().toLowerCase(), password: z.string() });

/** Asks the database nothing unless the hash that just fitted is weak; a failure costs nobody the sign-in. */
export function rehashPlugin(db: Database, logger: Logger) {
  const handler = createAuthMiddleware(async (ctx) => {
    const parsed = credentials.safeParse(ctx.body);
    if (parsed.success) await replaceOutdatedHash(db, parsed.data, logger);
  });
  return {
    id: "rehash",
    hooks: { after: [{ matcher: ({ path }) => path === "/sign-in/email", handler }] },
  } satisfies BetterAuthPlugin;
}

async function replaceOutdatedHash(
  db: Database,
  { email, password }: z.infer<typeof credentials>,
  logger: Logger,
): Promise<void> {
  const outdated = currentRequestScope()?.outdatedHash;
  if (outdated === undefined) return;
  try {
    const hash = await hashPassword(password);
    if (await replacePasswordHash(db, email, outdated, hash)) noteProvedHash(hash);
  } catch (err) {
    logger.warn({ err }, "could not replace an outdated password hash");
  }
}
