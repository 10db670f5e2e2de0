/** One erasure: one transaction over both schemas, after which nothing of the person is left, or nothing has happened. */
import type { AuditEvent } from "../audit/models.ts";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import type { Mailer } from "../mail/mailer.ts";
import {
  claimDueErasure,
  countPersonalRows,
  type DueErasure,
  deleteAccount,
  insertReceipt,
  postponeErasure,
  problemOf,
} from "./erasure-queries.ts";
import type { ErasureJournal } from "./journal.ts";
import type { Receipt, RowCounts } from "./models.ts";

export interface EraserParts {
  /** Of a connection whose queries may take minutes. */
  readonly db: Database;
  readonly journal: ErasureJournal;
  readonly mailer: Mailer;
  /** Writes in the erasure's own transaction. */
  readonly audit: { store(event: AuditEvent): Promise<void> };
  readonly backupRetentionDays: number;
  readonly logger: Logger;
}

/** Something of the person's is in a table that no foreign key reaches, or in one that can't be looked into. */
class RowsRemain extends Error {
  readonly tables: readonly string[];

  constructor(tables: readonly string[]) {
    super("rows of the person remain");
    this.name = "RowsRemain";
    this.tables = tables;
  }
}

/** So often an erasure may fail for another reason before it counts as stuck. */
const PATIENCE = 3;

export interface EraseOptions {
  /** Only this account. */
  readonly userId?: string;
  readonly cause?: Receipt["cause"];
}

export type EraseResult = Receipt | "failed" | "none";

/** Erases the account whose deletion is due the longest. @throws when the database can't be reached. */
export async function eraseNext(parts: EraserParts, options: EraseOptions = {}): Promise<EraseResult> {
  let claimed: DueErasure | undefined;
  try {
    const receipt = await parts.db.transaction(async (tx) => {
      claimed = await claimDueErasure(tx, options.userId);
      return claimed === undefined ? undefined : await erase(parts, tx, claimed, options.cause ?? "request");
    });
    if (receipt === undefined) return "none";
    parts.logger.info({ receiptId: receipt.id, found: receipt.found }, "an account was erased");
    return receipt;
  } catch (err) {
    if (claimed === undefined) throw err;
    // With the database away this throws as well; otherwise one account's trouble must not hold up the others.
    await postpone(parts, claimed, err);
    return "failed";
  }
}

async function erase(
  { journal, mailer, audit, backupRetentionDays }: EraserParts,
  tx: Database,
  due: DueErasure,
  cause: Receipt["cause"],
): Promise<Receipt> {
  const found = requireCounts(await countPersonalRows(tx, due));
  // While the account is still there, it has a name in the trail.
  await audit.store({ kind: "account_erased", reason: cause, userId: due.userId });
  await deleteAccount(tx, due);
  const remaining = requireCounts(await countPersonalRows(tx, due));
  const left = Object.keys(remaining).filter((table) => remaining[table] !== 0);
  if (left.length > 0) throw new RowsRemain(left);
  const receipt = await insertReceipt(tx, {
    id: due.receiptId,
    cause,
    requestedAt: due.requestedAt,
    found,
    remaining,
    backupRetentionDays,
  });
  // Without the account's id: the mail must outlive the account, sealed, until it is sent or given up.
  if (cause === "request") await mailer.enqueue({ to: due.email, template: "account-erased", data: { receipt } });
  // Last: from here on the account may come back only by a restore, and the journal has to know it then.
  await journal.append(due.userId, receipt.erasedAt);
  return receipt;
}

/** A table that can't be looked into counts as one that holds something. */
function requireCounts(counts: RowCounts): Record<string, number> {
  const unreadable = Object.keys(counts).filter((table) => counts[table] === null);
  if (unreadable.length > 0) throw new RowsRemain(unreadable);
  return Object.fromEntries(Object.entries(counts).map(([table, count]) => [table, count ?? 0]));
}

async function postpone({ db, audit, logger }: EraserParts, due: DueErasure, err: unknown): Promise<void> {
  const tables = err instanceof RowsRemain ? err.tables : undefined;
  const status = tables !== undefined || due.attempts + 1 >= PATIENCE ? "stuck" : "scheduled";
  const problem = (tables?.join(", ") ?? problemOf(err)).replace(/[^\w." ,]/g, "_").slice(0, 500);
  logger.error({ err, receiptId: due.receiptId, problem, attempts: due.attempts + 1 }, "an account was not erased");
  await db.transaction(async (tx) => {
    const postponed = await postponeErasure(tx, due.userId, { status, problem });
    if (!postponed || status === due.status) return;
    if (status === "stuck") await audit.store({ kind: "account_erasure_stuck", userId: due.userId });
  });
}
