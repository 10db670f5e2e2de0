/** What people and operators may see of the audit trail. */
import { AUDIT_EVENTS } from "@auth-gateway/shared-schema/audit-events";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { AppError } from "../errors.ts";
import type { AuditRow } from "./models.ts";
import { type AuditFilter, type AuditPosition, listAuditRows, listOwnAuditRows, type OwnAuditRow } from "./queries.ts";

export type { AuditFilter };

export interface OwnEvents {
  readonly items: readonly OwnEvent[];
  readonly nextCursor: string | null;
}

export interface OwnEvent extends Omit<OwnAuditRow, "occurredAt"> {
  readonly occurredAt: string;
  /** The kind in words. */
  readonly title: string;
}

export interface OwnEventReader {
  /** @throws {AppError} invalid_cursor */
  list(
    owner: { userId: string; sessionId: string },
    page: { limit: number; cursor?: string | undefined },
  ): Promise<OwnEvents>;
}

export function createOwnEventReader(db: Database): OwnEventReader {
  return {
    async list(owner, { limit, cursor }) {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await listOwnAuditRows(db, owner, { limit: limit + 1, after });
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map(toOwnEvent),
        nextCursor: rows.length > limit && last !== undefined ? writeCursor(last) : null,
      };
    },
  };
}

function toOwnEvent(row: OwnAuditRow): OwnEvent {
  const { id, occurredAt, kind, reason, outcome, addressPrefix, client, system, kid, clientId, thisSession } = row;
  const title = kind in AUDIT_EVENTS ? AUDIT_EVENTS[kind as keyof typeof AUDIT_EVENTS].title : kind;
  const at = occurredAt.toISOString();
  return {
    id,
    occurredAt: at,
    kind,
    title,
    reason,
    outcome,
    addressPrefix,
    client,
    system,
    kid,
    clientId,
    thisSession,
  };
}

const position = z.tuple([z.iso.datetime(), z.uuid()]);

function writeCursor({ occurredAt, id }: OwnAuditRow): string {
  return Buffer.from(`${occurredAt.toISOString()} ${id}`).toString("base64url");
}

function readCursor(cursor: string): AuditPosition {
  const parsed = position.safeParse(Buffer.from(cursor, "base64url").toString().split(" "));
  if (parsed.success) return { occurredAt: parsed.data[0], id: parsed.data[1] };
  throw new AppError("invalid_cursor", "Take the cursor from nextCursor of the page before.");
}

/** For operators: everybody's events, newest first. */
export function listAudit(db: Database, filter: AuditFilter): Promise<AuditRow[]> {
  return listAuditRows(db, filter);
}
