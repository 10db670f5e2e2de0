/** The session, kept while a page is open: its end must not tear away what somebody is writing. */
import { useEffect, useRef } from "react";
import { problemOf, unreachable } from "../api/problem.ts";
import { sessionEnd } from "../api/session-end.ts";
import { type Session, useSession } from "../auth/session.ts";

export interface KnownSession {
  readonly session: Session | undefined;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => void;
}

export function useKnownSession(): KnownSession {
  const { data, isPending, error, refetch } = useSession();
  const last = useRef<Session | undefined>(undefined);
  if (data !== null && data !== undefined) last.current = data;
  const hasEnded = data === null && !isPending && error === null && last.current !== undefined;
  useEffect(() => {
    if (hasEnded) sessionEnd.report();
  }, [hasEnded]);
  return {
    session: last.current,
    isPending,
    error:
      error === null
        ? null
        : error.status === 0 || error.status === undefined
          ? unreachable()
          : problemOf(error.status, error),
    refetch: () => void refetch(),
  };
}
