/** Token buckets for reads, in this process only: what they protect is the process itself. */
import type { Limit } from "./limits.ts";
import { refusalOf } from "./refusals.ts";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Beyond this many addresses the one that was quiet for longest is forgotten. */
const MAX_BUCKETS = 20_000;

export class ReadBucket {
  readonly #limit: Limit;
  readonly #now: () => number;
  /** The most recently used stands last. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: Limit, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** @throws {AppError} rate_limited */
  take(subject: string): void {
    const { quota, window } = this.#limit;
    const now = this.#now();
    const bucket = this.#buckets.get(subject) ?? { tokens: quota, filledAt: now };
    bucket.tokens = Math.min(quota, bucket.tokens + ((now - bucket.filledAt) * quota) / window);
    bucket.filledAt = now;
    this.#buckets.delete(subject);
    this.#buckets.set(subject, bucket);
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined && this.#buckets.size > MAX_BUCKETS) this.#buckets.delete(oldest);
    if (bucket.tokens < 1) {
      const secondsLeft = Math.max(1, Math.ceil(((1 - bucket.tokens) * window) / quota / 1000));
      throw refusalOf({ name: "reads", quota, remaining: 0, secondsLeft }, false);
    }
    bucket.tokens -= 1;
  }
}
