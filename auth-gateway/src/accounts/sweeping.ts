/** Links that were never used hold an address, so they go soon after they have expired. */
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import { deleteExpiredLinks } from "./queries.ts";

const EVERY_MS = 15 * 60_000;

/** Gives the function that ends it. */
export function startLinkSweeping(db: Database, clock: Clock, logger: Logger): () => void {
  return clock.every(EVERY_MS, () => {
    deleteExpiredLinks(db).catch((err: unknown) => logger.warn({ err }, "expired links could not be deleted"));
  });
}
