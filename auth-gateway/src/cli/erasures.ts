/** `make erasures` and `make reapply-erasures journal=…`. */
import { AuditTrail } from "../audit/trail.ts";
import { openDatabase } from "../db/database.ts";
import { openJournal, readJournal } from "../erasure/journal.ts";
import { ERASURE_QUERY_TIMEOUT_MS } from "../erasure/opening.ts";
import { type Reapplied, reapplyErasures } from "../erasure/reapplying.ts";
import { listErasures } from "../erasure/report.ts";
import { createMailer, noMailer } from "../mail/mailer.ts";
import { createSealer } from "../mail/sealing.ts";
import { type Command, type CommandContext, CommandFailure, formatTable } from "./command.ts";

export const erasures: Command = async ({ db, say }) => {
  const { pending, receipts } = await listErasures(db);
  const stuck = pending.filter(({ status }) => status === "stuck");
  say(`${pending.length} pending, ${stuck.length} of them stuck.`);
  const rows = pending.map(({ receiptId, status, requestedAt, erasesAt, attempts, problem }) => [
    receiptId,
    status,
    formatTime(requestedAt),
    erasesAt === null ? "-" : formatTime(erasesAt),
    String(attempts),
    problem ?? "-",
  ]);
  const header = ["receipt", "status", "requested", "erases", "tries", "what remains"];
  if (rows.length > 0) for (const line of formatTable([header, ...rows])) say(line);
  say(`\nDone lately: ${receipts.length}.`);
  const done = receipts.map(({ id, cause, requestedAt, erasedAt, found, restorableUntil }) => [
    id,
    cause,
    formatTime(requestedAt),
    formatTime(erasedAt),
    String(Object.values(found).reduce((sum, count) => sum + count, 0)),
    restorableUntil,
  ]);
  const doneHeader = ["receipt", "cause", "requested", "erased", "rows", "in backups until"];
  if (done.length > 0) for (const line of formatTable([doneHeader, ...done])) say(line);
  return stuck.length === 0 ? 0 : 1;
};

export const reapply: Command = async (context) => {
  const path = context.argument("journal");
  if (path === "") throw new CommandFailure("Say which journal: make reapply-erasures journal=… (a file or a folder)");
  const { config, say } = context;
  const journal = await readJournal(path, config.authSecrets).catch((error: unknown) => {
    throw new CommandFailure(`The journal ${path} can't be read: ${error instanceof Error ? error.message : error}`);
  });
  say(`The journal names ${journal.entries} erased accounts.`);
  if (journal.missingSecrets.length > 0) {
    throw new CommandFailure(
      `Some are under AUTH_SECRETS version ${journal.missingSecrets.join(", ")}, which is not configured: put the old` +
        " secret last into AUTH_SECRETS for this command. Nothing was changed.",
    );
  }
  const done = await withOwnConnection(context, (parts) => reapplyErasures(parts, journal));
  say(`Ended all ${done.endedSessions} sessions; verifiers learn of it by the feed.`);
  say(`Erased ${done.erased.length} accounts again; ${done.failed} could not be erased.`);
  if (done.rescheduled > 0) say(`${done.rescheduled} deletions that were under way in the backup begin anew.`);
  if (done.failed > 0) say("See make erasures.");
  return done.failed === 0 ? 0 : 1;
};

type ReapplyParts = Parameters<typeof reapplyErasures>[0];

async function withOwnConnection(
  { config, clock, logger }: CommandContext,
  work: (parts: ReapplyParts) => Promise<Reapplied>,
): Promise<Reapplied> {
  const { db, pool } = openDatabase({ ...config.database, poolSize: 1 }, logger, ERASURE_QUERY_TIMEOUT_MS);
  const { graceMs, journal: path, backupRetentionDays } = config.erasure;
  const mailer = config.mail === undefined ? noMailer : createMailer(db, createSealer(config.authSecrets));
  const journal = openJournal(path, config.authSecrets);
  const audit = new AuditTrail(db, clock, logger);
  const { gatewayUrl } = config;
  try {
    return await work({ db, journal, mailer, audit, backupRetentionDays, logger, gatewayUrl, graceMs });
  } finally {
    await pool.end();
  }
}

function formatTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
