/**
 * Somebody has to sign in again while they are working: the session has ended, or is too old for something dangerous.
 * Requests wait here until they have, and are sent then; so nothing that was typed is lost, and nothing is sent twice.
 */
import { ApiError } from "./problem.ts";

export type SignInReason = "ended" | "stale";

interface Waiting {
  resolve(): void;
  reject(): void;
}

const listeners = new Set<() => void>();
let waiting: Waiting[] = [];
let reason: SignInReason | undefined;

function set(value: SignInReason | undefined): void {
  reason = value;
  for (const listener of listeners) listener();
}

const declined = {
  ended: { status: 401, code: "session_ended", message: "The session has ended." },
  stale: { status: 403, code: "session_not_fresh", message: "This needs a recent sign-in." },
} as const;

export const sessionEnd = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  /** Why the person has to sign in again; undefined: they don't. */
  reason: (): SignInReason | undefined => reason,

  /** Opens the dialog. */
  report(why: SignInReason = "ended"): void {
    if (reason === undefined) set(why);
  },

  /**
   * Resolves when the person has signed in again.
   * @throws {ApiError} when they decline.
   */
  renewed(why: SignInReason = "ended"): Promise<void> {
    sessionEnd.report(why);
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject: () => reject(new ApiError(declined[why])) });
    });
  },

  settle(outcome: "renewed" | "declined"): void {
    const settled = waiting;
    waiting = [];
    set(undefined);
    for (const one of settled) outcome === "renewed" ? one.resolve() : one.reject();
  },
};
