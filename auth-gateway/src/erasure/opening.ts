/** Puts together what the end of an account needs, with a connection of its own: an erasure may take minutes. */

import type { OwnEventReader } from "../audit/service.ts";
import type { AuditTrail } from "../audit/trail.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { BootError } from "../db/boot.ts";
import { type Database, openDatabase } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import type { Mailer } from "../mail/mailer.ts";
import { type AccountExport, createAccountExport } from "./export.ts";
import { openJournal } from "./journal.ts";
import { type AccountDeletions, createAccountDeletions } from "./service.ts";
import { ErasureWorker } from "./worker.ts";

/** Longer than any statement of the largest erasure. */
export const ERASURE_QUERY_TIMEOUT_MS = 15 * 60_000;

/** With a longer grace, the deletion of an account may take more than 24 hours. */
const LONGEST_GRACE_MS = 20 * 3_600_000;

export interface Erasures {
  readonly deletions: AccountDeletions;
  readonly exporter: AccountExport;
  readonly worker: ErasureWorker;
  stop(): Promise<void>;
}

export interface ErasuresParts {
  readonly config: Config;
  readonly db: Database;
  readonly mailer: Mailer;
  readonly audit: AuditTrail;
  readonly ownEvents: OwnEventReader;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @throws {BootError} when the journal can't be written. */
export async function openErasures(parts: ErasuresParts): Promise<Erasures> {
  const { config, db, mailer, audit, ownEvents, clock, logger } = parts;
  const { graceMs, journal: path, backupRetentionDays } = config.erasure;
  if (graceMs > LONGEST_GRACE_MS) {
    logger.warn({ graceMs }, "ERASURE_GRACE is longer than 20h: a deletion may take more than 24 hours");
  }
  const journal = openJournal(path, config.authSecrets);
  await journal.check().catch((cause: unknown) => {
    throw new BootError(`ERASURE_JOURNAL: ${path} can't be written, so no account could be erased`, { cause });
  });
  const own = openDatabase({ ...config.database, poolSize: 1 }, logger, ERASURE_QUERY_TIMEOUT_MS);
  const worker = new ErasureWorker({ db: own.db, journal, mailer, audit, backupRetentionDays, clock, logger });
  const wake = () => void worker.round();
  const { gatewayUrl } = config;
  return {
    deletions: createAccountDeletions({ db, mailer, audit, clock, gatewayUrl, graceMs, wake }),
    exporter: createAccountExport(db, ownEvents, clock),
    worker,
    async stop() {
      await worker.stop();
      await own.pool.end();
    },
  };
}
