/** What surrounds a turn: the reader's opinion of an answer, and the answers to requests that may be repeated. */
import { sql } from "drizzle-orm";
import { check, foreignKey, index, jsonb, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { instant, message, ownerColumn, ownPolicies, ragSchema } from "./rag.ts";

export const feedback = ragSchema
  .table(
    "feedback",
    {
      userId: ownerColumn(),
      messageId: uuid("message_id").notNull(),
      rating: text("rating", { enum: ["up", "down"] }).notNull(),
      comment: text("comment"),
      createdAt: instant("created_at"),
      updatedAt: instant("updated_at"),
    },
    (table) => [
      primaryKey({ name: "feedback_pkey", columns: [table.userId, table.messageId] }),
      foreignKey({
        name: "feedback_message_fkey",
        columns: [table.userId, table.messageId],
        foreignColumns: [message.userId, message.id],
      }).onDelete("cascade"),
      check("feedback_rating_check", sql`${table.rating} in ('up', 'down')`),
      check("feedback_comment_check", sql`length(${table.comment}) between 1 and 4000`),
      ...ownPolicies(table.userId),
    ],
  )
  .enableRLS();

/** The stored answer of a request with an Idempotency-Key; `fingerprint` is a hash of that request. */
export const idempotencyKey = ragSchema
  .table(
    "idempotency_key",
    {
      userId: ownerColumn(),
      key: text("key").notNull(),
      fingerprint: text("fingerprint").notNull(),
      answer: jsonb("answer"),
      expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
    },
    (table) => [
      primaryKey({ name: "idempotency_key_pkey", columns: [table.userId, table.key] }),
      index("idempotency_key_expires_idx").on(table.expiresAt),
      check("idempotency_key_check", sql`length(${table.key}) between 1 and 255`),
      ...ownPolicies(table.userId),
    ],
  )
  .enableRLS();
