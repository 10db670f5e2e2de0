/** Tables of the schema `rag`: conversations, messages and runs, each owned by a user, and the shared corpus. */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgPolicy,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { user } from "./auth.ts";
import { ragApiRole, ragSystemRole } from "./roles.ts";

export const ragSchema = pgSchema("rag");

export const instant = (name: string) =>
  timestamp(name, { withTimezone: true }).notNull().default(sql`clock_timestamp()`);

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

export const ownerColumn = () =>
  uuid("user_id")
    .notNull()
    .references(() => user.id, { onDelete: "cascade" });

/** A client's id: unique per user only, so never a key without `user_id`. */
const clientId = (name: string) => text(name).notNull();

/** `(select …)` is evaluated once a query; a pooled session keeps '' after a transaction-local set. */
const currentUser = sql`(select nullif(current_setting('app.user_id', true), '')::uuid)`;

export const ownPolicies = (owner: AnyPgColumn) => [
  pgPolicy("own", { to: ragApiRole, using: sql`${owner} = ${currentUser}` }),
  pgPolicy("system", { to: ragSystemRole, using: sql`true` }),
];

const activeRun = sql`status in ('queued', 'streaming')`;
const runStatuses = ["queued", "streaming", "complete", "stopped", "error", "interrupted"] as const;
const statusCheck = (column: AnyPgColumn) =>
  sql`${column} in ('queued', 'streaming', 'complete', 'stopped', 'error', 'interrupted')`;

export const conversation = ragSchema
  .table(
    "conversation",
    {
      userId: ownerColumn(),
      id: clientId("id"),
      title: text("title").notNull(),
      titleSource: text("title_source", { enum: ["auto", "user"] }).notNull(),
      archived: boolean("archived").notNull().default(false),
      pinned: boolean("pinned").notNull().default(false),
      /** Name of the agent that answered last; a trigger on messages keeps it. */
      agent: text("agent"),
      metadata: jsonb("metadata").$type<Record<string, unknown>>().notNull().default({}),
      headMessageId: uuid("head_message_id"),
      /** One more with every change, by a trigger; it begins with the time, so that no id's later life repeats one. */
      version: bigint("version", { mode: "bigint" })
        .notNull()
        .default(sql`(extract(epoch from clock_timestamp()) * 1000000)::bigint`),
      /** Days that this one is kept instead of what holds for the user's others. */
      retentionDays: integer("retention_days"),
      /** In the trash since; '-infinity' once it is being deleted for good, in pieces. */
      deletedAt: timestamp("deleted_at", { withTimezone: true }),
      /** Out of the trash since: the retention begins anew. */
      restoredAt: timestamp("restored_at", { withTimezone: true }),
      /** Last change of any kind, by the trigger that counts the version: a purge spares what was changed after its moment. */
      touchedAt: instant("touched_at"),
      createdAt: instant("created_at"),
      updatedAt: instant("updated_at"),
      tsv: tsvector("tsv").generatedAlwaysAs(sql`rag.to_search_vector(title)`),
    },
    (table) => [
      primaryKey({ name: "conversation_pkey", columns: [table.userId, table.id] }),
      index("conversation_search_idx").using("gin", table.userId, table.tsv).with({ fastupdate: false }),
      index("conversation_list_idx").on(
        table.userId,
        table.updatedAt.desc().nullsFirst(),
        table.id.desc().nullsFirst(),
      ),
      index("conversation_retention_idx").on(table.userId).where(sql`retention_days is not null`),
      index("conversation_trash_idx")
        .on(table.userId, table.deletedAt.desc().nullsFirst(), table.id.desc().nullsFirst())
        .where(sql`deleted_at is not null`),
      check("conversation_retention_check", sql`${table.retentionDays} between 1 and 36500`),
      check("conversation_id_check", sql`length(${table.id}) between 1 and 128 and ${table.id} !~ '[[:cntrl:]]'`),
      check("conversation_title_check", sql`length(${table.title}) <= 200`),
      check("conversation_title_source_check", sql`${table.titleSource} in ('auto', 'user')`),
      check("conversation_metadata_check", sql`jsonb_typeof(${table.metadata}) = 'object'`),
      ...ownPolicies(table.userId),
    ],
  )
  .enableRLS();

export const message = ragSchema
  .table(
    "message",
    {
      userId: ownerColumn(),
      id: uuid("id").notNull(),
      conversationId: text("conversation_id").notNull(),
      clientMessageId: text("client_message_id"),
      revision: integer("revision").notNull().default(0),
      parentId: uuid("parent_id"),
      role: text("role", { enum: ["user", "assistant"] }).notNull(),
      status: text("status", { enum: runStatuses }).notNull(),
      text: text("text").notNull().default(""),
      sources: jsonb("sources").$type<unknown[]>().notNull().default([]),
      agent: jsonb("agent").$type<Record<string, unknown>>(),
      errorCode: text("error_code"),
      createdAt: instant("created_at"),
      updatedAt: instant("updated_at"),
      /** An answer that is still being written is not indexed: each flush would index it again. */
      tsv: tsvector("tsv").generatedAlwaysAs(
        sql`case when status in ('queued', 'streaming') then null else rag.to_search_vector(text) end`,
      ),
    },
    (table) => [
      primaryKey({ name: "message_pkey", columns: [table.userId, table.id] }),
      // With fastupdate an unlucky writer would pay for all the others.
      index("message_search_idx").using("gin", table.userId, table.tsv).with({ fastupdate: false }),
      unique("message_in_conversation_key").on(table.userId, table.conversationId, table.id),
      unique("message_client_id_key").on(table.userId, table.conversationId, table.clientMessageId, table.revision),
      foreignKey({
        name: "message_conversation_fkey",
        columns: [table.userId, table.conversationId],
        foreignColumns: [conversation.userId, conversation.id],
      }).onDelete("cascade"),
      foreignKey({
        name: "message_parent_fkey",
        columns: [table.userId, table.conversationId, table.parentId],
        foreignColumns: [table.userId, table.conversationId, table.id],
      }).onDelete("cascade"),
      index("message_page_idx").on(
        table.userId,
        table.conversationId,
        table.createdAt.desc().nullsFirst(),
        table.id.desc().nullsFirst(),
      ),
      index("message_parent_idx").on(table.userId, table.conversationId, table.parentId),
      check("message_role_check", sql`${table.role} in ('user', 'assistant')`),
      check("message_status_check", statusCheck(table.status)),
      check("message_sources_check", sql`jsonb_typeof(${table.sources}) = 'array'`),
      check("message_client_id_check", sql`(${table.clientMessageId} is not null) = (${table.role} = 'user')`),
      ...ownPolicies(table.userId),
    ],
  )
  .enableRLS();

/** One generation of an answer: who holds it (the lease), for which session, and how it ended. */
export const run = ragSchema
  .table(
    "run",
    {
      userId: ownerColumn(),
      id: uuid("id").notNull(),
      conversationId: text("conversation_id").notNull(),
      userMessageId: uuid("user_message_id").notNull(),
      assistantMessageId: uuid("assistant_message_id").notNull(),
      sessionId: uuid("session_id").notNull(),
      status: text("status", { enum: runStatuses }).notNull(),
      lease: uuid("lease").notNull(),
      leaseExpiresAt: timestamp("lease_expires_at", { withTimezone: true }).notNull(),
      /** Set by whoever wants the run to end; its worker reads it with the next flush. */
      stopRequested: boolean("stop_requested").notNull().default(false),
      createdAt: instant("created_at"),
      finishedAt: timestamp("finished_at", { withTimezone: true }),
    },
    (table) => [
      primaryKey({ name: "run_pkey", columns: [table.userId, table.id] }),
      foreignKey({
        name: "run_conversation_fkey",
        columns: [table.userId, table.conversationId],
        foreignColumns: [conversation.userId, conversation.id],
      }).onDelete("cascade"),
      foreignKey({
        name: "run_user_message_fkey",
        columns: [table.userId, table.conversationId, table.userMessageId],
        foreignColumns: [message.userId, message.conversationId, message.id],
      }).onDelete("cascade"),
      foreignKey({
        name: "run_assistant_message_fkey",
        columns: [table.userId, table.conversationId, table.assistantMessageId],
        foreignColumns: [message.userId, message.conversationId, message.id],
      }).onDelete("cascade"),
      uniqueIndex("run_one_active").on(table.userId, table.conversationId).where(activeRun),
      index("run_lease_idx").on(table.leaseExpiresAt).where(activeRun),
      index("run_user_message_idx").on(table.userId, table.conversationId, table.userMessageId),
      index("run_assistant_message_idx").on(table.userId, table.conversationId, table.assistantMessageId),
      check("run_status_check", statusCheck(table.status)),
      ...ownPolicies(table.userId),
    ],
  )
  .enableRLS();

export const document = ragSchema
  .table(
    "document",
    {
      id: uuid("id").primaryKey(),
      uri: text("uri").notNull(),
      title: text("title").notNull(),
      url: text("url"),
      mediaType: text("media_type").notNull(),
      contentHash: text("content_hash").notNull(),
      version: integer("version").notNull().default(1),
      createdAt: instant("created_at"),
      updatedAt: instant("updated_at"),
    },
    (table) => [
      unique("document_uri_key").on(table.uri),
      index("document_page_idx").on(table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
      pgPolicy("system", { to: ragSystemRole, using: sql`true` }),
    ],
  )
  .enableRLS();

export const chunk = ragSchema
  .table(
    "chunk",
    {
      id: uuid("id").primaryKey(),
      documentId: uuid("document_id")
        .notNull()
        .references(() => document.id, { onDelete: "cascade" }),
      ordinal: integer("ordinal").notNull(),
      heading: text("heading").notNull(),
      body: text("body").notNull(),
      tsv: tsvector("tsv")
        .notNull()
        .generatedAlwaysAs(
          sql`setweight(rag.to_search_vector(left(heading, 1000)), 'A') || setweight(rag.to_search_vector(body), 'B')`,
        ),
    },
    (table) => [
      unique("chunk_ordinal_key").on(table.documentId, table.ordinal),
      index("chunk_tsv_idx").using("gin", table.tsv),
      pgPolicy("system", { to: ragSystemRole, using: sql`true` }),
    ],
  )
  .enableRLS();
