/**
 * Wrong secrets of machine clients, counted once they were refused: a right secret costs no query, and guesses by others
 * never stand in its client's way.
 */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { claimedClientId } from "../clients/authentication.ts";
import { OAuthError } from "../clients/oauth-error.ts";
import type { Count, Counters } from "./counters.ts";
import { rateLimitHeaders, refusalOf } from "./refusals.ts";
import { count, type TryParts } from "./tries.ts";

interface MachineParts extends Pick<TryParts, "limits" | "hashSubject"> {
  readonly counters: Counters;
}

export async function limitGuessedSecrets(
  parts: MachineParts,
  c: Context<AppEnv>,
  handle: () => Promise<Response>,
): Promise<Response> {
  const ofClient = await countClient(parts, c);
  const known = parts.counters.recallRefusal(ofClient);
  if (known !== undefined) throw refusalOf(known, false);
  try {
    return await handle();
  } catch (error) {
    if (!(error instanceof OAuthError) || error.status !== 401) throw error;
    const { allowed, state } = await parts.counters.raise([...ofClient, countAddress(parts, c)]);
    if (!allowed) throw refusalOf(state, false);
    throw new OAuthError(error.code, error.message, error.status, { ...error.headers, ...rateLimitHeaders(state) });
  }
}

/** By the address as well: whoever guesses elsewhere does not stop the client itself. */
async function countClient(parts: MachineParts, c: Context<AppEnv>): Promise<Count[]> {
  const clientId = await claimedClientId(c);
  if (clientId === undefined) return [];
  return [count(parts, "client", parts.hashSubject("client", `${c.get("client").prefix}\0${clientId}`))];
}

function countAddress(parts: MachineParts, c: Context<AppEnv>): Count {
  return count(parts, "address", parts.hashSubject("address", c.get("client").prefix));
}
