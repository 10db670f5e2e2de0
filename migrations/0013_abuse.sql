CREATE TABLE "auth"."attempt_counter" (
	"limit_name" text NOT NULL,
	"subject" text NOT NULL,
	"count" integer NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "attempt_counter_pkey" PRIMARY KEY("limit_name","subject"),
	CONSTRAINT "attempt_counter_limit_check" CHECK ("auth"."attempt_counter"."limit_name" ~ '^[a-z_]{1,32}$'),
	CONSTRAINT "attempt_counter_subject_check" CHECK ("auth"."attempt_counter"."subject" ~ '^[A-Za-z0-9_-]{22}$'),
	CONSTRAINT "attempt_counter_count_check" CHECK ("auth"."attempt_counter"."count" >= 0)
);
--> statement-breakpoint
ALTER TABLE "auth"."mail_token" DROP CONSTRAINT "mail_token_purpose_check";--> statement-breakpoint
CREATE INDEX "attempt_counter_expires_idx" ON "auth"."attempt_counter" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "auth"."mail_token" ADD CONSTRAINT "mail_token_purpose_check" CHECK ("auth"."mail_token"."purpose" in ('verify-email', 'reset-password', 'change-email', 'unlock'));