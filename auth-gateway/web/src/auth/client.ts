/** The stock Better Auth client, with the plugins that a page of this client uses. */
import { twoFactorClient } from "better-auth/client/plugins";
import { createAuthClient } from "better-auth/react";
import { problemOf, unreachable } from "../api/problem.ts";

export const authClient = createAuthClient({
  plugins: [twoFactorClient()],
  fetchOptions: {
    // The client gives no headers with an error, and a person has to know how long to wait.
    onError({ response, error }) {
      const seconds = response?.headers.get("retry-after");
      if (seconds) Object.assign(error, { retryAfter: seconds });
    },
  },
});

export type Session = typeof authClient.$Infer.Session;

interface Answer<T> {
  readonly data: T;
  readonly error: unknown;
}

/**
 * The data of the client's answer.
 * @throws {ApiError} for its error, in the shape that all pages know.
 */
export async function authData<T>(answer: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error } = await answer.catch((thrown: unknown): Answer<T> => {
    throw thrown instanceof TypeError ? unreachable() : thrown;
  });
  if (error === null || error === undefined) return data as NonNullable<T>;
  const { status = 0, retryAfter } = error as { status?: number; retryAfter?: string };
  if (status === 0 && !(error as { code?: string }).code) throw unreachable();
  throw problemOf(status, error, new Headers(retryAfter === undefined ? {} : { "retry-after": retryAfter }));
}
