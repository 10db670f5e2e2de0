-- A new foreign key to a table with forced row-level security is checked by a query, which row_security = off refuses; the new table is empty.
set local row_security = on;
--> statement-breakpoint
CREATE TABLE "rag"."turn_allowance" (
	"user_id" uuid NOT NULL,
	"regained_at" timestamp with time zone NOT NULL,
	CONSTRAINT "turn_allowance_pkey" PRIMARY KEY("user_id")
);
--> statement-breakpoint
ALTER TABLE "rag"."turn_allowance" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "rag"."chunk" drop column "tsv";--> statement-breakpoint
ALTER TABLE "rag"."chunk" ADD COLUMN "tsv" "tsvector" GENERATED ALWAYS AS (setweight(rag.to_search_vector(left(heading, 1000)), 'A') || setweight(rag.to_search_vector(body), 'B')) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "chunk_tsv_idx" ON "rag"."chunk" USING gin ("tsv");--> statement-breakpoint
ALTER TABLE "rag"."turn_allowance" ADD CONSTRAINT "turn_allowance_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "own" ON "rag"."turn_allowance" AS PERMISSIVE FOR ALL TO "rag_api" USING ("rag"."turn_allowance"."user_id" = (select nullif(current_setting('app.user_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "rag"."turn_allowance" AS PERMISSIVE FOR ALL TO "rag_system" USING (true);