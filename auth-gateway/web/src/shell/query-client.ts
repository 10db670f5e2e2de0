/** Server state of the signed-in pages. What failed for good is not asked for again; the rest is, a few times. */
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/problem.ts";

const RETRIES = 2;

function isWorthAnotherTry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  return failures < RETRIES && (error.status === 0 || error.status >= 500);
}

function delayOf(failures: number, error: Error): number {
  const asked = error instanceof ApiError ? error.retryAfter : undefined;
  return asked === undefined ? Math.min(1_000 * 2 ** failures, 8_000) : asked * 1_000;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: isWorthAnotherTry, retryDelay: delayOf, staleTime: 15_000 },
    mutations: { retry: false, networkMode: "always" },
  },
});
