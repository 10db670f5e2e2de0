/** After a restore: whoever the journal names is erased once more, and nothing that the backup brought back may act. */
import { v7 as uuidv7 } from "uuid";
import { newLink } from "../accounts/links.ts";
import type { Database } from "../db/database.ts";
import type { Mailer } from "../mail/mailer.ts";
import { type EraserParts, eraseNext } from "./eraser.ts";
import { listUserIds } from "./erasure-queries.ts";
import type { JournalReader } from "./journal.ts";
import type { Receipt } from "./models.ts";
import { deleteSessions, listUnnamed, makeDue, raiseRevocationCursor, reschedule } from "./reapplying-queries.ts";

const PAGE = 1_000;

export interface Reapplied {
  readonly erased: readonly Receipt[];
  /** Accounts that the journal names and that could not be erased: `make erasures` tells why. */
  readonly failed: number;
  /** Deletions that were under way in the backup and may have been undone since: they wait anew. */
  readonly rescheduled: number;
  readonly endedSessions: number;
}

export interface ReapplyParts extends EraserParts {
  readonly gatewayUrl: string;
  readonly graceMs: number;
}

export async function reapplyErasures(parts: ReapplyParts, journal: JournalReader): Promise<Reapplied> {
  await raiseRevocationCursor(parts.db);
  const endedSessions = await endAllSessions(parts.db);
  const erased: Receipt[] = [];
  let failed = 0;
  for await (const userId of usersOf(parts.db)) {
    if (!journal.names(userId)) continue;
    await makeDue(parts.db, userId, uuidv7());
    const result = await eraseNext(parts, { userId, cause: "restore" });
    if (typeof result === "object") erased.push(result);
    else failed += 1;
  }
  const rescheduled = await rescheduleOthers(parts);
  return { erased, failed, rescheduled, endedSessions };
}

async function* usersOf(db: Database): AsyncGenerator<string> {
  let ids: string[];
  let after: string | undefined;
  do {
    ids = await listUserIds(db, after, PAGE);
    yield* ids;
    after = ids.at(-1);
  } while (ids.length === PAGE);
}

async function endAllSessions(db: Database): Promise<number> {
  let ended = 0;
  for (let batch = PAGE; batch === PAGE; ended += batch) batch = await deleteSessions(db, PAGE);
  return ended;
}

/** Had it been carried out, the journal would name the account: so it was undone after the backup, or is still to come. */
async function rescheduleOthers({ db, mailer, gatewayUrl, graceMs }: ReapplyParts): Promise<number> {
  const others = await listUnnamed(db);
  for (const userId of others) await db.transaction((tx) => askAgain(tx, userId, { mailer, gatewayUrl, graceMs }));
  return others.length;
}

async function askAgain(
  tx: Database,
  userId: string,
  { mailer, gatewayUrl, graceMs }: { mailer: Mailer; gatewayUrl: string; graceMs: number },
): Promise<void> {
  const { url, hash } = newLink(gatewayUrl, "undo-deletion");
  // Where no mail can bring a new link, the one that was shown at the request keeps its meaning.
  const found = await reschedule(tx, userId, mailer.enabled ? hash : undefined, Math.round(graceMs / 1000));
  if (found === undefined) return;
  const { email, erasesAt } = found;
  await mailer.enqueue({ to: email, template: "deletion-scheduled", data: { url, erasesAt }, userId });
}
