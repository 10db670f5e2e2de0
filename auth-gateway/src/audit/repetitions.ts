/** Recognises what happened already within the last minute, in bounded memory. */
import type { Clock } from "../clock.ts";

const WINDOW_MS = 60_000;
const MAX_REMEMBERED = 10_000;

export interface Repetitions {
  /** True when the same key was seen less than a minute ago. */
  isRepeated(key: string): boolean;
}

export function createRepetitions(clock: Clock): Repetitions {
  const seen = new Map<string, number>();
  return {
    isRepeated(key) {
      const now = clock.now();
      const last = seen.get(key);
      if (last !== undefined && now - last < WINDOW_MS) return true;
      // A map keeps the order of insertion, so the first key is the oldest.
      seen.delete(key);
      seen.set(key, now);
      const [oldest] = seen.keys();
      if (seen.size > MAX_REMEMBERED && oldest !== undefined) seen.delete(oldest);
      return false;
    },
  };
}
