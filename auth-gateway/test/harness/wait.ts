/** Waiting for what happens in the background. */
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves with the first value that is not undefined or false; throws after the time limit. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error("it did not happen in time");
    await sleep(20);
  }
}
