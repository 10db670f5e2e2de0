/** The gateway's half of a person's data as a ZIP of JSON Lines; rag-api has the other half. */
import { createHash } from "node:crypto";
import { makeZip } from "client-zip";
import type { OwnEventReader } from "../audit/service.ts";
import type { SessionIdentity } from "../auth/sessions.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { findProfile, listLinkedAccounts, listPasskeys, listSessions, type Page } from "./export-queries.ts";

/** Of the format, not of the gateway. */
const VERSION = 1;
const PAGE = 100;

export interface AccountExport {
  /** The manifest comes last: a file without one is not complete. */
  stream(owner: SessionIdentity): ReadableStream<Uint8Array>;
}

interface ZipEntry {
  readonly name: string;
  readonly lastModified: Date;
  readonly input: AsyncIterable<string>;
}

interface File {
  readonly name: string;
  readonly rows: AsyncIterable<object>;
}

interface FileSummary {
  readonly name: string;
  readonly rows: number;
  readonly sha256: string;
}

export function createAccountExport(db: Database, events: OwnEventReader, clock: Pick<Clock, "now">): AccountExport {
  return {
    stream(owner) {
      const at = new Date(clock.now());
      return makeZip(entriesOf(filesOf(db, events, owner), owner.userId, at));
    },
  };
}

/** Each page is a short query of its own: no transaction stays open while the client reads. */
function filesOf(db: Database, events: OwnEventReader, owner: SessionIdentity): File[] {
  const paged = (list: (db: Database, userId: string, page: Page) => Promise<{ readonly id: string }[]>) =>
    pages((page) => list(db, owner.userId, page));
  return [
    { name: "profile.jsonl", rows: once(() => findProfile(db, owner.userId)) },
    { name: "sessions.jsonl", rows: paged(listSessions) },
    { name: "linked-accounts.jsonl", rows: paged(listLinkedAccounts) },
    { name: "passkeys.jsonl", rows: paged(listPasskeys) },
    { name: "security-events.jsonl", rows: eventsOf(events, owner) },
  ];
}

async function* once(read: () => Promise<readonly object[]>): AsyncGenerator<object> {
  yield* await read();
}

async function* pages<Row extends { readonly id: string }>(read: (page: Page) => Promise<Row[]>): AsyncGenerator<Row> {
  let rows: Row[];
  let after: string | undefined;
  do {
    rows = await read({ after, limit: PAGE });
    yield* rows;
    after = rows.at(-1)?.id;
  } while (rows.length === PAGE);
}

async function* eventsOf(events: OwnEventReader, owner: SessionIdentity): AsyncGenerator<object> {
  let cursor: string | null | undefined;
  do {
    const page = await events.list(owner, { limit: PAGE, cursor: cursor ?? undefined });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

async function* entriesOf(files: readonly File[], userId: string, at: Date): AsyncGenerator<ZipEntry> {
  const summaries: FileSummary[] = [];
  for (const { name, rows } of files) {
    const hash = createHash("sha256");
    let count = 0;
    const input = (async function* () {
      for await (const row of rows) {
        const line = `${JSON.stringify(row)}\n`;
        hash.update(line);
        count += 1;
        yield line;
      }
    })();
    yield { name, lastModified: at, input };
    summaries.push({ name, rows: count, sha256: hash.digest("hex") });
  }
  const manifest = {
    format: "auth-gateway-account",
    version: VERSION,
    exportedAt: at.toISOString(),
    userId,
    files: summaries,
  };
  yield {
    name: "manifest.json",
    lastModified: at,
    input: (async function* () {
      yield `${JSON.stringify(manifest, null, 2)}\n`;
    })(),
  };
}
