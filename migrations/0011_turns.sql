-- A new foreign key to a table with forced row-level security is checked by a query, which row_security = off refuses; the new table is empty.
set local row_security = on;
--> statement-breakpoint
CREATE TABLE "rag"."feedback" (
	"user_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"rating" text NOT NULL,
	"comment" text,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "feedback_pkey" PRIMARY KEY("user_id","message_id"),
	CONSTRAINT "feedback_rating_check" CHECK ("rag"."feedback"."rating" in ('up', 'down')),
	CONSTRAINT "feedback_comment_check" CHECK (length("rag"."feedback"."comment") between 1 and 4000)
);
--> statement-breakpoint
ALTER TABLE "rag"."feedback" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rag"."idempotency_key" (
	"user_id" uuid NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_key_pkey" PRIMARY KEY("user_id","key"),
	CONSTRAINT "idempotency_key_check" CHECK (length("rag"."idempotency_key"."key") between 1 and 255)
);
--> statement-breakpoint
ALTER TABLE "rag"."idempotency_key" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD COLUMN "version" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000000)::bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "rag"."run" ADD COLUMN "stop_requested" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "rag"."feedback" ADD CONSTRAINT "feedback_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."feedback" ADD CONSTRAINT "feedback_message_fkey" FOREIGN KEY ("user_id","message_id") REFERENCES "rag"."message"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."idempotency_key" ADD CONSTRAINT "idempotency_key_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_key_expires_idx" ON "rag"."idempotency_key" USING btree ("expires_at");--> statement-breakpoint
CREATE POLICY "own" ON "rag"."feedback" AS PERMISSIVE FOR ALL TO "rag_api" USING ("rag"."feedback"."user_id" = (select nullif(current_setting('app.user_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "rag"."feedback" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);--> statement-breakpoint
CREATE POLICY "own" ON "rag"."idempotency_key" AS PERMISSIVE FOR ALL TO "rag_api" USING ("rag"."idempotency_key"."user_id" = (select nullif(current_setting('app.user_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "rag"."idempotency_key" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);