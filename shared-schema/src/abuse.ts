/** Table of the schema `auth` against abuse: how often something was tried lately, shared by all replicas. */
import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { authSchema } from "./auth.ts";

/**
 * Tries within the window that ends at `expiresAt`. The subject (an address prefix, an account, a browser) is known by a
 * hash under a key that changes every day, so a row names nobody, belongs to no user, and means nothing a day later.
 */
export const attemptCounter = authSchema.table(
  "attempt_counter",
  {
    limit: text("limit_name").notNull(),
    subject: text("subject").notNull(),
    count: integer("count").notNull(),
    expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ name: "attempt_counter_pkey", columns: [table.limit, table.subject] }),
    index("attempt_counter_expires_idx").on(table.expiresAt),
    check("attempt_counter_limit_check", sql`${table.limit} ~ '^[a-z_]{1,32}$'`),
    check("attempt_counter_subject_check", sql`${table.subject} ~ '^[A-Za-z0-9_-]{22}$'`),
    check("attempt_counter_count_check", sql`${table.count} >= 0`),
  ],
);
