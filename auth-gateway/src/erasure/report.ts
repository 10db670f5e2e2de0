/** What operators see of deletions: ids of receipts and times, nobody's name. */
import type { Database } from "../db/database.ts";
import { listPending, listReceipts, type PendingDeletion } from "./erasure-queries.ts";
import type { Receipt } from "./models.ts";

const RECEIPTS = 50;

export interface ErasureReport {
  /** Oldest first. */
  readonly pending: readonly PendingDeletion[];
  /** The newest ones. */
  readonly receipts: readonly Receipt[];
}

export async function listErasures(db: Database): Promise<ErasureReport> {
  return { pending: await listPending(db), receipts: await listReceipts(db, RECEIPTS) };
}
