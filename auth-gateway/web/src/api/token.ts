/** The access token that rag-api wants: taken from the gateway for the session cookie, kept until shortly before it ends. */
import { errorFrom, readAnswer } from "./problem.ts";

interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** So that no token ends on its way; clocks that differ by less do no harm either. */
const SPARE_MS = 30_000;

let current: AccessToken | undefined;
let underway: Promise<AccessToken> | undefined;

async function request(): Promise<AccessToken> {
  const response = await fetch("/api/auth/token", { credentials: "same-origin" }).catch((cause: unknown) => {
    throw errorFrom(cause);
  });
  if (!response.ok) throw await readAnswer(response);
  const { token, expiresAt } = (await response.json()) as { token: string; expiresAt: string };
  return { token, expiresAt: Date.parse(expiresAt) };
}

/**
 * All callers share one request. `refused` is a token that rag-api did not take: it is not given again.
 * @throws {ApiError} 401 when the session has ended.
 */
export async function accessToken(refused?: string): Promise<string> {
  if (current !== undefined && (current.token === refused || current.expiresAt - SPARE_MS < Date.now())) {
    current = undefined;
  }
  if (current === undefined) {
    underway ??= request().finally(() => {
      underway = undefined;
    });
    current = await underway;
  }
  return current.token;
}

/** After a sign-out or a sign-in: the old session's token must not serve the new one. */
export function forgetAccessToken(): void {
  current = undefined;
  underway = undefined;
}
