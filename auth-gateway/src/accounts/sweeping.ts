/** Links and challenges that were never used go soon after they have expired: they hold addresses, and anybody can make more. */
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import { deleteExpiredLinks, deleteExpiredVerifications } from "./queries.ts";

const EVERY_MS = 15 * 60_000;

/** Gives the function that ends it. */
export function startLinkSweeping(db: Database, clock: Clock, logger: Logger): () => void {
  return clock.every(EVERY_MS, () => {
    Promise.all([deleteExpiredLinks(db), deleteExpiredVerifications(db)]).catch((err: unknown) =>
      logger.warn({ err }, "expired links and challenges could not be deleted"),
    );
  });
}
