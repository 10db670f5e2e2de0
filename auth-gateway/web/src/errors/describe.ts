/** An error in words for people: what happened, and what to do about it. */
import { ApiError } from "../api/problem.ts";
import { formatSeconds } from "../format/time.ts";
import { errors } from "../strings/errors.ts";

export interface Described {
  readonly title: string;
  readonly text: string;
  /** What the page should offer: the same once more, or a fresh page. */
  readonly remedy: "retry" | "reload" | "none";
  readonly requestId?: string | undefined;
}

/** A file of the page itself did not come, or there is a newer build. */
const CHUNK = /dynamically imported module|Importing a module script failed|Unable to preload|error loading/i;

function describeStatus(error: ApiError): { title: string; text: string } {
  const { status, retryAfter } = error;
  if (status === 401) return errors.sessionEnded;
  if (status === 403) return errors.forbidden;
  if (status === 404) return errors.notFound;
  if (status === 409 || status === 412) return errors.conflict;
  if (status === 413) return errors.tooLarge;
  if (status === 429) {
    if (retryAfter === undefined) return errors.rateLimited;
    return { ...errors.rateLimited, text: errors.rateLimitedFor(formatSeconds(retryAfter)) };
  }
  if (status === 502 || status === 503 || status === 504) {
    return retryAfter === undefined
      ? errors.unavailable
      : { ...errors.unavailable, text: errors.unavailableFor(retryAfter) };
  }
  return status >= 500 ? errors.internal : errors.invalid;
}

export function describeError(error: unknown): Described {
  if (!(error instanceof ApiError)) {
    const words = error instanceof Error && CHUNK.test(error.message) ? errors.part : errors.program;
    return { ...words, remedy: "reload" };
  }
  return describeApiError(error);
}

function describeApiError(error: ApiError): Described {
  const { code, status, requestId, message } = error;
  const known = errors.byCode[code];
  if (code === "offline") return { ...errors.offline, remedy: "retry" };
  if (status === 0) return { ...errors.unreachable, ...(known === undefined ? {} : { text: known }), remedy: "retry" };
  if (code === "account_locked") return { ...errors.locked, remedy: "none" };
  if (code === "session_not_fresh") return { ...errors.notFresh, remedy: "none" };
  const words = describeStatus(error);
  if (status >= 500 || status === 429) return { ...words, remedy: "retry", requestId };
  return { ...words, text: known ?? (message || words.text), remedy: "none", requestId };
}

/** One sentence, for beside a form's button. */
export function sentenceFor(error: unknown): string {
  return describeError(error).text;
}
