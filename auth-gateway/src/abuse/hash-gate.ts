/**
 * Admission to what hashes a password. Hashes and WebCrypto share libuv's few threads, so without a gate in front a crowd
 * that signs in makes every token wait; inside Better Auth's handler a waiting sign-up would keep a connection.
 */
import { AppError } from "../errors.ts";

/** Longer than this nobody waits for an answer; the promise of a place would only delay the refusal. */
const MAX_EXPECTED_WAIT_MS = 8_000;

/** The expectation was wrong: after this long the client is told, rather than served after it has given up. */
const MAX_WAIT_MS = 10_000;

/** Weight of the newest measurement: the average follows a changed load within some twenty hashes. */
const SMOOTHING = 0.1;

/** libuv's pool also resolves names and reads files. */
const THREADS_LEFT_FREE = 2;

/** How many may hash at once: no more than cores, threads or connections allow, and always one. */
export function hashSlots(limits: { cores: number; threads: number; poolSize: number }): number {
  return Math.max(1, Math.min(limits.cores, limits.threads - THREADS_LEFT_FREE, limits.poolSize - 1));
}

export interface HashGateLoad {
  readonly slots: number;
  readonly running: number;
  readonly queued: number;
  /** Milliseconds that one piece of work holds its slot, as a moving average. */
  readonly averageMs: number;
}

interface Waiter {
  readonly since: number;
  readonly admit: () => void;
  readonly refuse: () => void;
}

export class HashGate {
  readonly #slots: number;
  readonly #now: () => number;
  /** In order of arrival; a set, so that whoever leaves is found at once. */
  readonly #queue = new Set<Waiter>();
  #running = 0;
  #averageMs: number;

  /** `firstEstimateMs`: what one piece of work takes, until it has been measured here. */
  constructor(slots: number, firstEstimateMs: number, now: () => number = () => performance.now()) {
    this.#slots = slots;
    this.#averageMs = firstEstimateMs;
    this.#now = now;
  }

  load(): HashGateLoad {
    return { slots: this.#slots, running: this.#running, queued: this.#queue.size, averageMs: this.#averageMs };
  }

  /**
   * Runs the work when it is its turn.
   * @throws {AppError} unavailable when the wait would be too long, or when the client leaves before its turn.
   */
  async run<T>(client: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#slots) this.#running += 1;
    else await this.#wait(client);
    const startedAt = this.#now();
    try {
      return await work();
    } finally {
      this.#averageMs += SMOOTHING * (this.#now() - startedAt - this.#averageMs);
      this.#release();
    }
  }

  #wait(client: AbortSignal): Promise<void> {
    const expectedMs = this.#expectedWaitMs();
    if (expectedMs > MAX_EXPECTED_WAIT_MS) throw crowded(expectedMs - MAX_EXPECTED_WAIT_MS);
    return new Promise((resolve, reject) => {
      const refuse = () => reject(crowded(0));
      const leave = () => {
        this.#queue.delete(waiter);
        refuse();
      };
      const waiter: Waiter = {
        since: this.#now(),
        refuse,
        admit: () => {
          client.removeEventListener("abort", leave);
          resolve();
        },
      };
      if (client.aborted) return refuse();
      client.addEventListener("abort", leave, { once: true });
      this.#queue.add(waiter);
    });
  }

  /** Of one who would come now: all that wait, and on average half of each that runs. */
  #expectedWaitMs(): number {
    return ((this.#queue.size + this.#running / 2) / this.#slots) * this.#averageMs;
  }

  /** The slot goes to the next in the queue without becoming free in between, so that nobody overtakes. */
  #release(): void {
    for (const next of this.#queue) {
      this.#queue.delete(next);
      if (this.#now() - next.since <= MAX_WAIT_MS) {
        next.admit();
        return;
      }
      next.refuse();
    }
    this.#running -= 1;
  }
}

function crowded(overMs: number): AppError {
  return new AppError("unavailable", "Too many people are signing in at the moment. Try again shortly.", {
    headers: { "retry-after": String(Math.max(1, Math.ceil(overMs / 1000))) },
  });
}
