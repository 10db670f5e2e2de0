/** The audit trail of the schema `auth`: rows that are only added, and the one table that links them to people. */
import { sql } from "drizzle-orm";
import { check, cidr, index, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { authSchema, user } from "./auth.ts";

/** What a user agent is reduced to; the checks below hold the columns to it. */
export const AUDIT_CLIENTS = [
  "chrome",
  "edge",
  "firefox",
  "opera",
  "safari",
  "samsung_internet",
  "curl",
  "go",
  "java",
  "node",
  "okhttp",
  "python",
  "bot",
  "other",
] as const;

export const AUDIT_SYSTEMS = ["android", "chromeos", "ios", "linux", "macos", "windows", "other"] as const;

const oneOf = (names: readonly string[]) => sql.raw(`(${names.map((name) => `'${name}'`).join(", ")})`);

/**
 * The random name under which a person stands in the audit trail. Deleting the person deletes the row: what is left
 * in the trail then belongs to nobody. `session_salt` makes session ids unrecognisable, and goes the same way.
 */
export const auditSubject = authSchema.table(
  "audit_subject",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => user.id, { onDelete: "cascade" }),
    subject: uuid("subject").notNull().default(sql`gen_random_uuid()`),
    sessionSalt: uuid("session_salt").notNull().default(sql`gen_random_uuid()`),
  },
  (table) => [unique("audit_subject_subject_key").on(table.subject)],
);

/** `subject` and `actor` name rows of `audit_subject` that may be gone: on purpose there is no foreign key. */
export const auditEvent = authSchema.table(
  "audit_event",
  {
    id: uuid("id").primaryKey(),
    occurredAt: timestamp("occurred_at", { withTimezone: true }).notNull(),
    kind: text("kind").notNull(),
    reason: text("reason"),
    outcome: text("outcome", { enum: ["success", "failure"] }).notNull(),
    subject: uuid("subject"),
    /** Who did it, when it was not the subject: an administrator. */
    actor: uuid("actor"),
    session: text("session"),
    addressPrefix: cidr("address_prefix"),
    client: text("client", { enum: AUDIT_CLIENTS }),
    system: text("system", { enum: AUDIT_SYSTEMS }),
    requestId: text("request_id"),
    kid: text("kid"),
    clientId: text("client_id"),
  },
  (table) => [
    index("audit_event_subject_idx").on(
      table.subject,
      table.occurredAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index("audit_event_time_idx").on(table.occurredAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    check("audit_event_kind_check", sql`${table.kind} ~ '^[a-z][a-z_]{2,39}$'`),
    check("audit_event_reason_check", sql`${table.reason} ~ '^[a-z][a-z_]{2,39}$'`),
    check("audit_event_outcome_check", sql`${table.outcome} in ('success', 'failure')`),
    check("audit_event_session_check", sql`${table.session} ~ '^[0-9a-f]{16}$'`),
    check(
      "audit_event_address_prefix_check",
      sql`masklen(${table.addressPrefix}) = case family(${table.addressPrefix}) when 4 then 24 else 64 end`,
    ),
    check("audit_event_client_check", sql`${table.client} in ${oneOf(AUDIT_CLIENTS)}`),
    check("audit_event_system_check", sql`${table.system} in ${oneOf(AUDIT_SYSTEMS)}`),
    check("audit_event_request_id_check", sql`${table.requestId} ~ '^[A-Za-z0-9._-]{1,64}$'`),
    check("audit_event_kid_check", sql`${table.kid} ~ '^[A-Za-z0-9_-]{1,64}$'`),
    check("audit_event_client_id_check", sql`${table.clientId} ~ '^[A-Za-z0-9._:-]{1,128}$'`),
  ],
);
