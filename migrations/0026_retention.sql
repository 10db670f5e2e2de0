-- A new foreign key to a table with forced row-level security is checked by a query, which row_security = off refuses; the new tables are empty.
set local row_security = on;
--> statement-breakpoint
CREATE TABLE "rag"."purge" (
	"id" smallint DEFAULT 1 NOT NULL,
	"holder" uuid,
	"holder_expires_at" timestamp with time zone,
	"as_of" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"next_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"conversations" bigint DEFAULT 0 NOT NULL,
	"messages" bigint DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "purge_pkey" PRIMARY KEY("id"),
	CONSTRAINT "purge_single_check" CHECK ("rag"."purge"."id" = 1)
);
--> statement-breakpoint
ALTER TABLE "rag"."purge" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rag"."purge_failure" (
	"user_id" uuid NOT NULL,
	"conversation_id" text NOT NULL,
	"problem" text NOT NULL,
	"attempts" integer DEFAULT 1 NOT NULL,
	"first_failed_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"retry_at" timestamp with time zone NOT NULL,
	CONSTRAINT "purge_failure_pkey" PRIMARY KEY("user_id","conversation_id"),
	CONSTRAINT "purge_failure_problem_check" CHECK ("rag"."purge_failure"."problem" ~ '^[0-9A-Z]{5}$')
);
--> statement-breakpoint
ALTER TABLE "rag"."purge_failure" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rag"."retention_preference" (
	"user_id" uuid NOT NULL,
	"days" integer NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "retention_preference_pkey" PRIMARY KEY("user_id"),
	CONSTRAINT "retention_preference_days_check" CHECK ("rag"."retention_preference"."days" between 1 and 36500)
);
--> statement-breakpoint
ALTER TABLE "rag"."retention_preference" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD COLUMN "retention_days" integer;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD COLUMN "restored_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD COLUMN "touched_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL;--> statement-breakpoint
ALTER TABLE "rag"."purge_failure" ADD CONSTRAINT "purge_failure_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."purge_failure" ADD CONSTRAINT "purge_failure_conversation_fkey" FOREIGN KEY ("user_id","conversation_id") REFERENCES "rag"."conversation"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."retention_preference" ADD CONSTRAINT "retention_preference_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_retention_idx" ON "rag"."conversation" USING btree ("user_id") WHERE retention_days is not null;--> statement-breakpoint
CREATE INDEX "conversation_trash_idx" ON "rag"."conversation" USING btree ("user_id","deleted_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE deleted_at is not null;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD CONSTRAINT "conversation_retention_check" CHECK ("rag"."conversation"."retention_days" between 1 and 36500);--> statement-breakpoint
CREATE POLICY "system" ON "rag"."purge" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);--> statement-breakpoint
CREATE POLICY "system" ON "rag"."purge_failure" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);--> statement-breakpoint
CREATE POLICY "own" ON "rag"."retention_preference" AS PERMISSIVE FOR ALL TO "rag_api" USING ("rag"."retention_preference"."user_id" = (select nullif(current_setting('app.user_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "rag"."retention_preference" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);