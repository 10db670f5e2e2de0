/** Erases what is due, in every replica; each account is erased by one of them. */
import type { Clock } from "../clock.ts";
import { type EraserParts, eraseNext } from "./eraser.ts";
import { deleteExpiredRequests, readBacklog } from "./erasure-queries.ts";
import type { ErasureBacklog } from "./models.ts";

const ROUND_EVERY_MS = 30_000;

export interface ErasureWorkerParts extends EraserParts {
  readonly clock: Clock;
}

export class ErasureWorker {
  readonly #parts: ErasureWorkerParts;
  readonly #stopRounds: () => void;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #stopping = false;
  #reachable = true;
  #backlog: ErasureBacklog | undefined;

  constructor(parts: ErasureWorkerParts) {
    this.#parts = parts;
    this.#stopRounds = parts.clock.every(ROUND_EVERY_MS, () => void this.round());
  }

  /** As of the last round; undefined before the first one, and while the database is away. */
  get backlog(): ErasureBacklog | undefined {
    return this.#backlog;
  }

  /** Works off what is due by now. One round at a time: one that is under way may have looked already. */
  round(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#start();
    });
    return this.#next;
  }

  /** Takes up no other account, and waits for the one that is being erased. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopRounds();
    await (this.#next ?? this.#running);
  }

  #start(): Promise<void> {
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #work(): Promise<void> {
    const { db, logger } = this.#parts;
    if (this.#stopping) return;
    try {
      await deleteExpiredRequests(db);
      for (let more = true; more && !this.#stopping; ) more = (await eraseNext(this.#parts)) !== "none";
      this.#backlog = await readBacklog(db);
      this.#reachable = true;
    } catch (err) {
      // Once for each outage, not at every round.
      if (this.#reachable) logger.warn({ err }, "erasures can't be worked on");
      this.#reachable = false;
      this.#backlog = undefined;
    }
  }
}
