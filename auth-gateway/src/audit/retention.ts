/** Takes audit events away once they are older than the operator keeps them. */
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import { purgeAuditRows } from "./queries.ts";

const EVERY_MS = 3_600_000;
/** Few enough for a short transaction; the next round goes on where this one stopped. */
const BATCH = 5_000;

export interface Retention {
  /** One batch; replicas may do it at the same time. */
  purge(): Promise<void>;
  stop(): void;
}

export function startAuditRetention(db: Database, days: number, clock: Clock, logger: Logger): Retention {
  const purge = async (): Promise<void> => {
    try {
      const deleted = await purgeAuditRows(db, days, BATCH);
      if (deleted > 0) logger.info({ deleted, olderThanDays: days }, "purged audit events");
    } catch (err) {
      logger.warn({ err }, "could not purge audit events, the next round tries again");
    }
  };
  return { purge, stop: clock.every(EVERY_MS, () => void purge()) };
}
