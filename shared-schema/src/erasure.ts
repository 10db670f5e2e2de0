/** Tables of the schema `auth` for the end of an account: what was asked for, and the receipt of what was done. */
import { sql } from "drizzle-orm";
import { check, date, index, integer, jsonb, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { authSchema, user } from "./auth.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/**
 * A deletion that somebody asked for: `confirm` until the mailed link was used, `scheduled` until it is time, `stuck` when
 * something of the person's could not be erased. Undoing deletes the row, and so does the erasure, by cascade.
 */
export const accountDeletion = authSchema.table(
  "account_deletion",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => user.id, { onDelete: "cascade" }),
    /** The receipt's id, from the first moment on. */
    receiptId: uuid("receipt_id").notNull(),
    status: text("status", { enum: ["confirm", "scheduled", "stuck"] }).notNull(),
    /** SHA-256 of the link's token, base64url: in `confirm` it confirms, afterwards it undoes. */
    linkHash: text("link_hash"),
    linkExpiresAt: instant("link_expires_at"),
    graceSeconds: integer("grace_seconds").notNull(),
    requestedAt: instant("requested_at").notNull().defaultNow(),
    erasesAt: instant("erases_at"),
    attempts: integer("attempts").notNull().default(0),
    nextTryAt: instant("next_try_at"),
    /** The tables that kept it from being erased, or an SQLSTATE. */
    problem: text("problem"),
  },
  (table) => [
    unique("account_deletion_receipt_key").on(table.receiptId),
    unique("account_deletion_link_key").on(table.linkHash),
    index("account_deletion_due_idx").on(table.nextTryAt),
    check("account_deletion_status_check", sql`${table.status} in ('confirm', 'scheduled', 'stuck')`),
    check("account_deletion_link_check", sql`${table.linkHash} ~ '^[A-Za-z0-9_-]{43}$'`),
    check("account_deletion_confirm_check", sql`(${table.erasesAt} is null) = (${table.status} = 'confirm')`),
    check("account_deletion_next_try_check", sql`(${table.nextTryAt} is null) = (${table.status} = 'confirm')`),
    check("account_deletion_grace_check", sql`${table.graceSeconds} >= 0`),
    check("account_deletion_problem_check", sql`${table.problem} ~ '^[A-Za-z0-9_." ,]+$'`),
  ],
);

/** What an erasure did. It names nobody: times, numbers of rows, and an id that only the person was told. */
export const erasureReceipt = authSchema.table(
  "erasure_receipt",
  {
    id: uuid("id").primaryKey(),
    /** `restore`: a backup had brought the account back. */
    cause: text("cause", { enum: ["request", "restore"] }).notNull(),
    requestedAt: instant("requested_at").notNull(),
    erasedAt: instant("erased_at").notNull(),
    /** Rows of the person's by table, before. */
    found: jsonb("found").$type<Record<string, number>>().notNull(),
    /** The same question, asked again in the same transaction: every number is 0. */
    remaining: jsonb("remaining").$type<Record<string, number>>().notNull(),
    /** The last day on which a backup or the provider's history may still hold the account. */
    restorableUntil: date("restorable_until").notNull(),
  },
  (table) => [
    index("erasure_receipt_erased_idx").on(table.erasedAt.desc().nullsFirst()),
    check("erasure_receipt_cause_check", sql`${table.cause} in ('request', 'restore')`),
    check("erasure_receipt_remaining_check", sql`not jsonb_path_exists(${table.remaining}, '$.* ? (@ != 0)')`),
  ],
);
