/** The audit trail's two tables. */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import type { AuditRow, NewAuditRow } from "./models.ts";

/**
 * Adds the rows; one that is there already stays as it is, so a write of unknown outcome may be repeated. People become
 * their random subjects here, sessions a salted digest: neither can be told from the row once the person is deleted.
 */
export async function insertAuditRows(db: Database, rows: readonly NewAuditRow[]): Promise<void> {
  await db.execute(sql`
    insert into auth.audit_event (id, occurred_at, kind, reason, outcome, subject, actor, session,
      address_prefix, client, system, request_id, kid, client_id)
    select e.id, e.occurred_at, e.kind, e.reason, e.outcome, s.subject, a.subject, ${sessionDigest("s", sql`e.session_id`)},
      e.address_prefix, e.client, e.system, e.request_id, e.kid, e.client_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e(
      id uuid, occurred_at timestamptz, kind text, reason text, outcome text, user_id uuid, email text, actor_id uuid,
      session_id uuid, address_prefix cidr, client text, system text, request_id text, kid text, client_id text)
    left join auth."user" u on u.email = e.email
    left join auth.audit_subject s on s.user_id = coalesce(e.user_id, u.id)
    left join auth.audit_subject a on a.user_id = e.actor_id
    on conflict (id) do nothing`);
}

function sessionDigest(subject: string, sessionId: SQL): SQL {
  return sql`left(encode(sha256(uuid_send(${sql.raw(subject)}.session_salt) || uuid_send(${sessionId})), 'hex'), 16)`;
}

export interface AuditPosition {
  readonly occurredAt: string;
  readonly id: string;
}

export interface AuditFilter {
  readonly limit: number;
  readonly kind?: string | undefined;
  readonly since?: Date | undefined;
  /** A user's id or e-mail address. */
  readonly user?: string | undefined;
}

const columns =
  sql.raw(`e.id, e.occurred_at as "occurredAt", e.kind, e.reason, e.outcome, e.subject, e.actor, e.session,
  e.address_prefix as "addressPrefix", e.client, e.system, e.request_id as "requestId", e.kid, e.client_id as "clientId"`);

/** Newest first. */
export async function listAuditRows(db: Database, filter: AuditFilter): Promise<AuditRow[]> {
  const { kind, since, user, limit } = filter;
  const conditions = [
    sql`true`,
    ...(kind === undefined ? [] : [sql`e.kind = ${kind}`]),
    ...(since === undefined ? [] : [sql`e.occurred_at >= ${since.toISOString()}::timestamptz`]),
    ...(user === undefined ? [] : [sql`${subjectOf(user)} in (e.subject, e.actor)`]),
  ];
  return selectRows<AuditRow>(
    db,
    sql`select ${columns} from auth.audit_event e where ${sql.join(conditions, sql` and `)}
      order by e.occurred_at desc, e.id desc limit ${limit}`,
  );
}

function subjectOf(user: string): SQL {
  const person = user.includes("@") ? sql`u.email = lower(${user})` : sql`u.id = ${user}::uuid`;
  return sql`(select s.subject from auth.audit_subject s join auth."user" u on u.id = s.user_id where ${person})`;
}

export interface OwnAuditRow extends Omit<AuditRow, "subject" | "actor" | "session" | "requestId"> {
  /** Whether the session that asks was part of it. */
  readonly thisSession: boolean;
}

/** What concerns one person, newest first, after a position. */
export async function listOwnAuditRows(
  db: Database,
  owner: { readonly userId: string; readonly sessionId: string },
  page: { readonly limit: number; readonly after: AuditPosition | undefined },
): Promise<OwnAuditRow[]> {
  const after =
    page.after === undefined
      ? sql``
      : sql`and (e.occurred_at, e.id) < (${page.after.occurredAt}::timestamptz, ${page.after.id}::uuid)`;
  return selectRows<OwnAuditRow>(
    db,
    sql`select ${columns}, coalesce(e.session = ${sessionDigest("s", sql`${owner.sessionId}::uuid`)}, false) as "thisSession"
      from auth.audit_subject s join auth.audit_event e on e.subject = s.subject
      where s.user_id = ${owner.userId} ${after}
      order by e.occurred_at desc, e.id desc limit ${page.limit}`,
  );
}

/** Deletes at most `limit` rows older than `days`; the function itself refuses less than 30. */
export async function purgeAuditRows(db: Database, days: number, limit: number): Promise<number> {
  const rows = await selectRows<{ deleted: number }>(
    db,
    sql`select auth.purge_audit_events(${days}::int, ${limit}::int) as deleted`,
  );
  return rows[0]?.deleted ?? 0;
}

/** Times come as Date from one driver and as text from the other way in; ours are always Date. */
async function selectRows<Row extends object>(db: Database, query: SQL): Promise<Row[]> {
  const { rows } = (await db.execute(query)) as { rows: Row[] };
  return rows.map((row) => ("occurredAt" in row ? { ...row, occurredAt: new Date(String(row.occurredAt)) } : row));
}
