/** Dangerous endpoints want a sign-in of the last minutes, second factor included; a stolen older session is not enough. */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { Clock } from "../clock.ts";
import { AppError, signInFirst } from "../errors.ts";
import type { SessionIdentity, SessionReader } from "./sessions.ts";

const FRESH_MS = 10 * 60_000;

export function isFresh({ signedInAt }: Pick<SessionIdentity, "signedInAt">, clock: Pick<Clock, "now">): boolean {
  return clock.now() - signedInAt.getTime() <= FRESH_MS;
}

/** Whose sign-in must be recent: everybody's, or theirs for whom the password that comes along is only half of one. */
export type FreshnessRule = "everybody" | "with-second-factor";

export function requireFreshSession(
  sessions: SessionReader,
  clock: Pick<Clock, "now">,
  rule: FreshnessRule,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const session = await sessions.find(c);
    if (session === undefined) throw signInFirst();
    if ((rule === "everybody" || session.hasSecondFactor) && !isFresh(session, clock)) {
      throw new AppError(
        "session_not_fresh",
        "This needs a sign-in of the last ten minutes. Sign in again, then repeat it.",
      );
    }
    await next();
  };
}
