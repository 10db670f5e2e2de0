/** Limits that all replicas share, counted in the database, and a short memory that spares it the tries of a flood. */
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import type { Limit } from "./limits.ts";
import { type CounterKey, deleteExpiredCounters, lowerCounters, raiseCounters } from "./queries.ts";
import type { LimitState } from "./refusals.ts";

export interface Count extends CounterKey {
  readonly limit: Limit;
}

export interface Attempt {
  readonly allowed: boolean;
  /** The counter that decides: the one that refused, else the one with the least left. */
  readonly state: LimitState;
  /** Names of the counters whose last try this one is. */
  readonly filled: readonly string[];
}

/** How long a refusal is repeated without asking again; so long at most an unlocked account stays closed. */
const REMEMBER_MS = 2_000;
const MAX_REMEMBERED = 10_000;
const PURGE_EVERY_MS = 10 * 60_000;

const keyOf = ({ name, subject }: CounterKey) => `${name} ${subject}`;

export class Counters {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #remembered = new Map<string, { readonly state: LimitState; readonly until: number }>();
  readonly #stopTimer: () => void;

  constructor(db: Database, clock: Clock, logger: Logger) {
    this.#db = db;
    this.#clock = clock;
    this.#stopTimer = clock.every(PURGE_EVERY_MS, () => {
      deleteExpiredCounters(db).catch((err: unknown) => logger.warn({ err }, "could not delete expired counters"));
    });
  }

  stop(): void {
    this.#stopTimer();
  }

  /** A refusal of a moment ago, if there was one: no query. */
  recallRefusal(counts: readonly Count[]): LimitState | undefined {
    for (const count of counts) {
      const known = this.#remembered.get(keyOf(count));
      if (known !== undefined && known.until > this.#clock.now()) return known.state;
    }
    return undefined;
  }

  /** Counts the try in all counters, or in none when one of them is used up. Fails when the database is away. */
  async raise(counts: readonly Count[]): Promise<Attempt> {
    const asked = counts.map(({ name, subject, limit }) => {
      return { name, subject, quota: limit.quota, windowSeconds: limit.window / 1000 };
    });
    const states = (await raiseCounters(this.#db, asked)).map(({ name, count, secondsLeft, raised }) => {
      const quota = counts.find((one) => one.name === name)?.limit.quota ?? 0;
      const refused = raised ? count > quota : true;
      return {
        refused,
        filled: raised && count === quota,
        state: { name, quota, remaining: Math.max(0, quota - count), secondsLeft },
      };
    });
    const tightest = states.toSorted((a, b) => a.state.remaining - b.state.remaining)[0];
    const refusal = states.find(({ refused }) => refused);
    if (refusal !== undefined) this.#remember(counts, refusal.state);
    const deciding = refusal ?? tightest;
    if (deciding === undefined) throw new Error("the counters gave no answer");
    const filled = states.filter((one) => one.filled).map(({ state }) => state.name);
    return { allowed: refusal === undefined, state: deciding.state, filled };
  }

  /** After a try that was no failure: some counters lose it, others all that they hold. */
  async lower(lowered: readonly CounterKey[], forgotten: readonly CounterKey[]): Promise<void> {
    for (const key of [...lowered, ...forgotten]) this.#remembered.delete(keyOf(key));
    await lowerCounters(this.#db, lowered, forgotten);
  }

  #remember(counts: readonly Count[], state: LimitState): void {
    const subject = counts.find(({ name }) => name === state.name)?.subject ?? "";
    const key = keyOf({ name: state.name, subject });
    this.#remembered.delete(key);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= MAX_REMEMBERED) this.#remembered.delete(oldest);
    this.#remembered.set(key, { state, until: this.#clock.now() + Math.min(REMEMBER_MS, state.secondsLeft * 1000) });
  }
}
