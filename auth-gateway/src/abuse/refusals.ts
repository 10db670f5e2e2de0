/** What a client is told when a limit is used up. */
import { AppError } from "../errors.ts";
import { noteRefusingLimit } from "../request-scope.ts";
import { isOfAccount } from "./limits.ts";

/** A limit as the answer's headers tell of it (draft-ietf-httpapi-ratelimit-headers-03, which CORS exposes by name). */
export interface LimitState {
  readonly name: string;
  readonly quota: number;
  readonly remaining: number;
  readonly secondsLeft: number;
}

export function rateLimitHeaders({ quota, remaining, secondsLeft }: LimitState): Record<string, string> {
  return {
    "ratelimit-limit": String(quota),
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": String(secondsLeft),
  };
}

export function refusalOf(state: LimitState, mailsLink: boolean): AppError {
  noteRefusingLimit(state.name);
  const headers = { ...rateLimitHeaders(state), "retry-after": String(state.secondsLeft) };
  const later = `Try again in ${state.secondsLeft} seconds.`;
  if (!isOfAccount(state.name)) {
    return new AppError("rate_limited", `The limit ${state.name} (${state.quota}) is used up. ${later}`, { headers });
  }
  // Word for word the same whether or not there is such an account.
  const mailed = mailsLink
    ? " If the account exists, its owner got a mail with a link that lets them try at once."
    : "";
  return new AppError("account_locked", `There were too many wrong passwords for this account. ${later}${mailed}`, {
    headers,
  });
}
