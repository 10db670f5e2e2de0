CREATE TABLE "auth"."audit_event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"reason" text,
	"outcome" text NOT NULL,
	"subject" uuid,
	"actor" uuid,
	"session" text,
	"address_prefix" "cidr",
	"client" text,
	"system" text,
	"request_id" text,
	"kid" text,
	"client_id" text,
	CONSTRAINT "audit_event_kind_check" CHECK ("auth"."audit_event"."kind" ~ '^[a-z][a-z_]{2,39}$'),
	CONSTRAINT "audit_event_reason_check" CHECK ("auth"."audit_event"."reason" ~ '^[a-z][a-z_]{2,39}$'),
	CONSTRAINT "audit_event_outcome_check" CHECK ("auth"."audit_event"."outcome" in ('success', 'failure')),
	CONSTRAINT "audit_event_session_check" CHECK ("auth"."audit_event"."session" ~ '^[0-9a-f]{16}$'),
	CONSTRAINT "audit_event_address_prefix_check" CHECK (masklen("auth"."audit_event"."address_prefix") = case family("auth"."audit_event"."address_prefix") when 4 then 24 else 64 end),
	CONSTRAINT "audit_event_client_check" CHECK ("auth"."audit_event"."client" in ('chrome', 'edge', 'firefox', 'opera', 'safari', 'samsung_internet', 'curl', 'go', 'java', 'node', 'okhttp', 'python', 'bot', 'other')),
	CONSTRAINT "audit_event_system_check" CHECK ("auth"."audit_event"."system" in ('android', 'chromeos', 'ios', 'linux', 'macos', 'windows', 'other')),
	CONSTRAINT "audit_event_request_id_check" CHECK ("auth"."audit_event"."request_id" ~ '^[A-Za-z0-9._-]{1,64}$'),
	CONSTRAINT "audit_event_kid_check" CHECK ("auth"."audit_event"."kid" ~ '^[A-Za-z0-9_-]{1,64}$'),
	CONSTRAINT "audit_event_client_id_check" CHECK ("auth"."audit_event"."client_id" ~ '^[A-Za-z0-9._:-]{1,128}$')
);
--> statement-breakpoint
CREATE TABLE "auth"."audit_subject" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"subject" uuid DEFAULT gen_random_uuid() NOT NULL,
	"session_salt" uuid DEFAULT gen_random_uuid() NOT NULL,
	CONSTRAINT "audit_subject_subject_key" UNIQUE("subject")
);
--> statement-breakpoint
ALTER TABLE "auth"."audit_subject" ADD CONSTRAINT "audit_subject_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_event_subject_idx" ON "auth"."audit_event" USING btree ("subject","occurred_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_event_time_idx" ON "auth"."audit_event" USING btree ("occurred_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);