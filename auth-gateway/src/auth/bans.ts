/** A banned user's sessions count for nothing, whichever way the ban came: the gateway's own endpoint ends them, SQL does not. */
import type { AuthContext } from "better-auth";
import { z } from "zod";

const bannable = z.object({ banned: z.boolean().nullish(), banExpires: z.date().nullish() });

/** At the one place where every endpoint finds its session; no query more. */
export function refuseBannedSessions({ internalAdapter }: Pick<AuthContext, "internalAdapter">): void {
  const find = internalAdapter.findSession;
  internalAdapter.findSession = async (token) => {
    const found = await find(token);
    return found === null || isBanned(bannable.parse(found.user)) ? null : found;
  };
}

function isBanned({ banned, banExpires }: z.infer<typeof bannable>): boolean {
  return banned === true && (banExpires === null || banExpires === undefined || banExpires.getTime() > Date.now());
}
