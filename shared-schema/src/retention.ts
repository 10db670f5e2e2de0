/** How long conversations are kept: what users chose, and where the purge stands. */
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  integer,
  pgPolicy,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { conversation, instant, ownerColumn, ownPolicies, ragSchema } from "./rag.ts";
import { ragSystemRole } from "./roles.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });
const systemPolicy = () => pgPolicy("system", { to: ragSystemRole, using: sql`true` });

/** A user's own choice; without a row the operator's default holds. */
export const retentionPreference = ragSchema
  .table(
    "retention_preference",
    {
      userId: ownerColumn(),
      days: integer("days").notNull(),
      updatedAt: instant("updated_at"),
    },
    (table) => [
      primaryKey({ name: "retention_preference_pkey", columns: [table.userId] }),
      check("retention_preference_days_check", sql`${table.days} between 1 and 36500`),
      ...ownPolicies(table.userId),
    ],
  )
  .enableRLS();

/** A conversation that could not be deleted; the purge leaves it alone until it is to be tried again. */
export const purgeFailure = ragSchema
  .table(
    "purge_failure",
    {
      userId: ownerColumn(),
      conversationId: text("conversation_id").notNull(),
      /** What PostgreSQL said, as SQLSTATE. */
      problem: text("problem").notNull(),
      attempts: integer("attempts").notNull().default(1),
      firstFailedAt: instant("first_failed_at"),
      retryAt: moment("retry_at").notNull(),
    },
    (table) => [
      primaryKey({ name: "purge_failure_pkey", columns: [table.userId, table.conversationId] }),
      foreignKey({
        name: "purge_failure_conversation_fkey",
        columns: [table.userId, table.conversationId],
        foreignColumns: [conversation.userId, conversation.id],
      }).onDelete("cascade"),
      check("purge_failure_problem_check", sql`${table.problem} ~ '^[0-9A-Z]{5}$'`),
      systemPolicy(),
    ],
  )
  .enableRLS();

/** The one row that says who purges, what came of it, and when the next pass is due. */
export const purge = ragSchema
  .table(
    "purge",
    {
      id: smallint("id").notNull().default(1),
      /** A process that purges now; its pass goes to whoever comes first after the lease. */
      holder: uuid("holder"),
      holderExpiresAt: moment("holder_expires_at"),
      /** The moment by which the pass judges; null before the first one. */
      asOf: moment("as_of"),
      /** Null while a pass is under way, or after its process died. */
      finishedAt: moment("finished_at"),
      nextAt: moment("next_at").notNull().default(sql`clock_timestamp()`),
      /** Numbers of this pass, or of the last one. */
      conversations: bigint("conversations", { mode: "number" }).notNull().default(0),
      messages: bigint("messages", { mode: "number" }).notNull().default(0),
      failed: integer("failed").notNull().default(0),
    },
    (table) => [
      primaryKey({ name: "purge_pkey", columns: [table.id] }),
      check("purge_single_check", sql`${table.id} = 1`),
      systemPolicy(),
    ],
  )
  .enableRLS();
