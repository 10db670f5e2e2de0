CREATE TABLE "auth"."account_deletion" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"receipt_id" uuid NOT NULL,
	"status" text NOT NULL,
	"link_hash" text,
	"link_expires_at" timestamp with time zone,
	"grace_seconds" integer NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"erases_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone,
	"problem" text,
	CONSTRAINT "account_deletion_receipt_key" UNIQUE("receipt_id"),
	CONSTRAINT "account_deletion_link_key" UNIQUE("link_hash"),
	CONSTRAINT "account_deletion_status_check" CHECK ("auth"."account_deletion"."status" in ('confirm', 'scheduled', 'stuck')),
	CONSTRAINT "account_deletion_link_check" CHECK ("auth"."account_deletion"."link_hash" ~ '^[A-Za-z0-9_-]{43}$'),
	CONSTRAINT "account_deletion_confirm_check" CHECK (("auth"."account_deletion"."erases_at" is null) = ("auth"."account_deletion"."status" = 'confirm')),
	CONSTRAINT "account_deletion_next_try_check" CHECK (("auth"."account_deletion"."next_try_at" is null) = ("auth"."account_deletion"."status" = 'confirm')),
	CONSTRAINT "account_deletion_grace_check" CHECK ("auth"."account_deletion"."grace_seconds" >= 0),
	CONSTRAINT "account_deletion_problem_check" CHECK ("auth"."account_deletion"."problem" ~ '^[A-Za-z0-9_." ,]+$')
);
--> statement-breakpoint
CREATE TABLE "auth"."erasure_receipt" (
	"id" uuid PRIMARY KEY NOT NULL,
	"cause" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"erased_at" timestamp with time zone NOT NULL,
	"found" jsonb NOT NULL,
	"remaining" jsonb NOT NULL,
	"restorable_until" date NOT NULL,
	CONSTRAINT "erasure_receipt_cause_check" CHECK ("auth"."erasure_receipt"."cause" in ('request', 'restore')),
	CONSTRAINT "erasure_receipt_remaining_check" CHECK (not jsonb_path_exists("auth"."erasure_receipt"."remaining", '$.* ? (@ != 0)'))
);
--> statement-breakpoint
DROP VIEW "auth"."live_session";--> statement-breakpoint
ALTER TABLE "auth"."account_deletion" ADD CONSTRAINT "account_deletion_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_deletion_due_idx" ON "auth"."account_deletion" USING btree ("next_try_at");--> statement-breakpoint
CREATE INDEX "erasure_receipt_erased_idx" ON "auth"."erasure_receipt" USING btree ("erased_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE VIEW "auth"."live_session" WITH (security_barrier = true) AS (select "auth"."session"."id", "auth"."session"."user_id", "auth"."session"."expires_at" from "auth"."session" inner join "auth"."user" on "auth"."user"."id" = "auth"."session"."user_id" where "auth"."session"."expires_at" > now() and not (coalesce("auth"."user"."banned", false) and ("auth"."user"."ban_expires" is null or "auth"."user"."ban_expires" > now())) and not exists (select from auth.account_deletion d where d.user_id = "auth"."user"."id" and d.status <> 'confirm'));