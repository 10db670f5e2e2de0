/** The gateway's own account routes, typed by its OpenAPI document; Better Auth's are in auth/client.ts. */
import createClient from "openapi-fetch";
import { authClient } from "../auth/client.ts";
import type { paths } from "./generated/gateway.d.ts";
import { ApiError, errorFrom } from "./problem.ts";
import { sessionEnd } from "./session-end.ts";

export async function gatewayFetch(input: Request): Promise<Response> {
  for (;;) {
    const response = await fetch(input.clone()).catch((cause: unknown) => {
      throw errorFrom(cause);
    });
    if (response.status !== 401) return response;
    await sessionEnd.renewed();
  }
}

export const gateway = createClient<paths>({ fetch: gatewayFetch });

/**
 * Does what wants a recent sign-in, and after one once more when it was refused for its lack; likewise when the session
 * has ended. The older session goes then: it has been replaced.
 */
export async function withSession<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isStale = error instanceof ApiError && error.code === "session_not_fresh";
    if (!isStale && !(error instanceof ApiError && error.status === 401 && !REFUSALS.has(error.code))) throw error;
    const { data: before } = await authClient.getSession();
    await sessionEnd.renewed(isStale ? "stale" : "ended");
    if (before !== null) await authClient.revokeSession({ token: before.session.token });
    return work();
  }
}

/** Better Auth says 401 of a wrong password, too. */
const REFUSALS = new Set(["INVALID_PASSWORD", "INVALID_EMAIL_OR_PASSWORD", "INVALID_CODE"]);
