/** Ids in requests: the database would refuse a malformed one with an error of its own. */
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { validate as isUuid } from "uuid";

const refuseMalformedIds = createAuthMiddleware(async (ctx) => {
  for (const id of [ctx.body?.userId, ctx.query?.["id"]]) {
    if (id === undefined || (typeof id === "string" && isUuid(id))) continue;
    throw new APIError("BAD_REQUEST", { code: "INVALID_ID", message: "A user id is a UUID." });
  }
});

export function soundIds() {
  return {
    id: "sound-ids",
    hooks: { before: [{ matcher: ({ path }) => path?.startsWith("/admin/") ?? false, handler: refuseMalformedIds }] },
  } satisfies BetterAuthPlugin;
}
