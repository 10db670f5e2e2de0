CREATE SCHEMA "auth";
--> statement-breakpoint
CREATE SCHEMA "rag";
--> statement-breakpoint
CREATE TABLE "auth"."account" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_provider_key" UNIQUE("provider_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "auth"."session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" uuid NOT NULL,
	CONSTRAINT "session_token_key" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "auth"."signing_key" (
	"kid" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"private_jwk" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"activated_at" timestamp with time zone,
	"retired_at" timestamp with time zone,
	CONSTRAINT "signing_key_status_check" CHECK ("auth"."signing_key"."status" in ('active', 'next', 'retired')),
	CONSTRAINT "signing_key_kid_check" CHECK ("auth"."signing_key"."kid" ~ '^[A-Za-z0-9_-]{1,64}$')
);
--> statement-breakpoint
CREATE TABLE "auth"."user" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_email_key" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "auth"."verification" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rag"."chunk" (
	"id" uuid PRIMARY KEY NOT NULL,
	"document_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"heading" text NOT NULL,
	"body" text NOT NULL,
	"tsv" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('english', left(heading, 1000)), 'A') || setweight(to_tsvector('english', left(body, 200000)), 'B')) STORED NOT NULL,
	CONSTRAINT "chunk_ordinal_key" UNIQUE("document_id","ordinal")
);
--> statement-breakpoint
ALTER TABLE "rag"."chunk" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rag"."conversation" (
	"user_id" uuid NOT NULL,
	"id" text NOT NULL,
	"title" text NOT NULL,
	"title_source" text NOT NULL,
	"archived" boolean DEFAULT false NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"head_message_id" uuid,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "conversation_pkey" PRIMARY KEY("user_id","id"),
	CONSTRAINT "conversation_id_check" CHECK (length("rag"."conversation"."id") between 1 and 128 and "rag"."conversation"."id" !~ '[[:cntrl:]]'),
	CONSTRAINT "conversation_title_check" CHECK (length("rag"."conversation"."title") <= 200),
	CONSTRAINT "conversation_title_source_check" CHECK ("rag"."conversation"."title_source" in ('auto', 'user')),
	CONSTRAINT "conversation_metadata_check" CHECK (jsonb_typeof("rag"."conversation"."metadata") = 'object')
);
--> statement-breakpoint
ALTER TABLE "rag"."conversation" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rag"."document" (
	"id" uuid PRIMARY KEY NOT NULL,
	"uri" text NOT NULL,
	"title" text NOT NULL,
	"url" text,
	"media_type" text NOT NULL,
	"content_hash" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "document_uri_key" UNIQUE("uri")
);
--> statement-breakpoint
ALTER TABLE "rag"."document" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rag"."message" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"conversation_id" text NOT NULL,
	"client_message_id" text,
	"revision" integer DEFAULT 0 NOT NULL,
	"parent_id" uuid,
	"role" text NOT NULL,
	"status" text NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"sources" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"agent" jsonb,
	"error_code" text,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "message_pkey" PRIMARY KEY("user_id","id"),
	CONSTRAINT "message_in_conversation_key" UNIQUE("user_id","conversation_id","id"),
	CONSTRAINT "message_client_id_key" UNIQUE("user_id","conversation_id","client_message_id","revision"),
	CONSTRAINT "message_role_check" CHECK ("rag"."message"."role" in ('user', 'assistant')),
	CONSTRAINT "message_status_check" CHECK ("rag"."message"."status" in ('queued', 'streaming', 'complete', 'stopped', 'error', 'interrupted')),
	CONSTRAINT "message_sources_check" CHECK (jsonb_typeof("rag"."message"."sources") = 'array'),
	CONSTRAINT "message_client_id_check" CHECK (("rag"."message"."client_message_id" is not null) = ("rag"."message"."role" = 'user'))
);
--> statement-breakpoint
ALTER TABLE "rag"."message" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rag"."run" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"conversation_id" text NOT NULL,
	"user_message_id" uuid NOT NULL,
	"assistant_message_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"status" text NOT NULL,
	"lease" uuid NOT NULL,
	"lease_expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "run_pkey" PRIMARY KEY("user_id","id"),
	CONSTRAINT "run_status_check" CHECK ("rag"."run"."status" in ('queued', 'streaming', 'complete', 'stopped', 'error', 'interrupted'))
);
--> statement-breakpoint
ALTER TABLE "rag"."run" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "auth"."account" ADD CONSTRAINT "account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."chunk" ADD CONSTRAINT "chunk_document_id_document_id_fk" FOREIGN KEY ("document_id") REFERENCES "rag"."document"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD CONSTRAINT "conversation_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."message" ADD CONSTRAINT "message_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."message" ADD CONSTRAINT "message_conversation_fkey" FOREIGN KEY ("user_id","conversation_id") REFERENCES "rag"."conversation"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."message" ADD CONSTRAINT "message_parent_fkey" FOREIGN KEY ("user_id","conversation_id","parent_id") REFERENCES "rag"."message"("user_id","conversation_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."run" ADD CONSTRAINT "run_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."run" ADD CONSTRAINT "run_conversation_fkey" FOREIGN KEY ("user_id","conversation_id") REFERENCES "rag"."conversation"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."run" ADD CONSTRAINT "run_user_message_fkey" FOREIGN KEY ("user_id","conversation_id","user_message_id") REFERENCES "rag"."message"("user_id","conversation_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rag"."run" ADD CONSTRAINT "run_assistant_message_fkey" FOREIGN KEY ("user_id","conversation_id","assistant_message_id") REFERENCES "rag"."message"("user_id","conversation_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_user_id_idx" ON "auth"."account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_user_id_idx" ON "auth"."session" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "signing_key_one_active" ON "auth"."signing_key" USING btree ("status") WHERE "auth"."signing_key"."status" = 'active';--> statement-breakpoint
CREATE UNIQUE INDEX "signing_key_one_next" ON "auth"."signing_key" USING btree ("status") WHERE "auth"."signing_key"."status" = 'next';--> statement-breakpoint
CREATE INDEX "verification_identifier_idx" ON "auth"."verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "chunk_tsv_idx" ON "rag"."chunk" USING gin ("tsv");--> statement-breakpoint
CREATE INDEX "conversation_list_idx" ON "rag"."conversation" USING btree ("user_id","updated_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "message_page_idx" ON "rag"."message" USING btree ("user_id","conversation_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "message_parent_idx" ON "rag"."message" USING btree ("user_id","conversation_id","parent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "run_one_active" ON "rag"."run" USING btree ("user_id","conversation_id") WHERE status in ('queued', 'streaming');--> statement-breakpoint
CREATE INDEX "run_lease_idx" ON "rag"."run" USING btree ("lease_expires_at") WHERE status in ('queued', 'streaming');--> statement-breakpoint
CREATE INDEX "run_user_message_idx" ON "rag"."run" USING btree ("user_id","conversation_id","user_message_id");--> statement-breakpoint
CREATE INDEX "run_assistant_message_idx" ON "rag"."run" USING btree ("user_id","conversation_id","assistant_message_id");--> statement-breakpoint
CREATE VIEW "auth"."live_session" WITH (security_barrier = true) AS (select "id", "user_id", "expires_at" from "auth"."session" where "auth"."session"."expires_at" > now());--> statement-breakpoint
CREATE POLICY "system" ON "rag"."chunk" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);--> statement-breakpoint
CREATE POLICY "own" ON "rag"."conversation" AS PERMISSIVE FOR ALL TO "rag_api" USING ("rag"."conversation"."user_id" = (select nullif(current_setting('app.user_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "rag"."conversation" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);--> statement-breakpoint
CREATE POLICY "system" ON "rag"."document" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);--> statement-breakpoint
CREATE POLICY "own" ON "rag"."message" AS PERMISSIVE FOR ALL TO "rag_api" USING ("rag"."message"."user_id" = (select nullif(current_setting('app.user_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "rag"."message" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);--> statement-breakpoint
CREATE POLICY "own" ON "rag"."run" AS PERMISSIVE FOR ALL TO "rag_api" USING ("rag"."run"."user_id" = (select nullif(current_setting('app.user_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "rag"."run" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);