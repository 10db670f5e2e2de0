ALTER TABLE "rag"."conversation" ADD COLUMN "pinned" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD COLUMN "agent" text;--> statement-breakpoint
ALTER TABLE "rag"."conversation" ADD COLUMN "tsv" "tsvector" GENERATED ALWAYS AS (rag.to_search_vector(title)) STORED;--> statement-breakpoint
ALTER TABLE "rag"."message" ADD COLUMN "tsv" "tsvector" GENERATED ALWAYS AS (case when status in ('queued', 'streaming') then null else rag.to_search_vector(text) end) STORED;--> statement-breakpoint
CREATE INDEX "conversation_search_idx" ON "rag"."conversation" USING gin ("user_id","tsv") WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "message_search_idx" ON "rag"."message" USING gin ("user_id","tsv") WITH (fastupdate=false);