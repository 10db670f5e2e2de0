CREATE TABLE "auth"."oauth_client" (
	"id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"client_secret" text,
	"client_discovery_id" text,
	"disabled" boolean DEFAULT false,
	"skip_consent" boolean,
	"enable_end_session" boolean,
	"subject_type" text,
	"scopes" text[],
	"client_credentials_scopes" text[],
	"user_id" uuid,
	"created_at" timestamp with time zone DEFAULT now(),
	"updated_at" timestamp with time zone DEFAULT now(),
	"name" text,
	"uri" text,
	"icon" text,
	"contacts" text[],
	"tos" text,
	"policy" text,
	"software_id" text,
	"software_version" text,
	"software_statement" text,
	"redirect_uris" text[] NOT NULL,
	"post_logout_redirect_uris" text[],
	"backchannel_logout_uri" text,
	"backchannel_logout_session_required" boolean,
	"token_endpoint_auth_method" text,
	"application_type" text,
	"jwks" text,
	"jwks_uri" text,
	"grant_types" text[],
	"response_types" text[],
	"require_pkce" boolean,
	"dpop_bound_access_tokens" boolean DEFAULT false,
	"reference_id" text,
	"metadata" jsonb,
	CONSTRAINT "oauth_client_client_id_key" UNIQUE("client_id")
);
--> statement-breakpoint
CREATE TABLE "auth"."oauth_client_resource" (
	"id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"resource_id" text NOT NULL,
	"metadata" jsonb,
	"created_at" timestamp with time zone DEFAULT now(),
	CONSTRAINT "oauth_client_resource_key" UNIQUE("client_id","resource_id")
);
--> statement-breakpoint
CREATE TABLE "auth"."oauth_resource" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"name" text NOT NULL,
	"access_token_ttl" integer,
	"refresh_token_ttl" integer,
	"signing_algorithm" text,
	"signing_key_id" text,
	"allowed_scopes" text[],
	"custom_claims" jsonb,
	"dpop_bound_access_tokens_required" boolean DEFAULT false,
	"disabled" boolean DEFAULT false,
	"created_at" timestamp with time zone DEFAULT now(),
	"updated_at" timestamp with time zone DEFAULT now(),
	"policy_version" integer DEFAULT 1,
	"metadata" jsonb,
	CONSTRAINT "oauth_resource_identifier_key" UNIQUE("identifier")
);
--> statement-breakpoint
CREATE TABLE "auth"."revocation" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "auth"."revocation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"digest" text NOT NULL,
	"not_before" bigint,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "revocation_kind_digest_key" UNIQUE("kind","digest"),
	CONSTRAINT "revocation_kind_check" CHECK ("auth"."revocation"."kind" in ('session', 'token', 'subject')),
	CONSTRAINT "revocation_digest_check" CHECK ("auth"."revocation"."digest" ~ '^[A-Za-z0-9_-]{22}$'),
	CONSTRAINT "revocation_not_before_check" CHECK (("auth"."revocation"."not_before" is not null) = ("auth"."revocation"."kind" = 'subject'))
);
--> statement-breakpoint
ALTER TABLE "auth"."signing_key" DROP CONSTRAINT "signing_key_status_check";--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ALTER COLUMN "private_jwk" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD COLUMN "activates_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD COLUMN "withdrawn_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD COLUMN "withdrawal_reason" text;--> statement-breakpoint
UPDATE "auth"."signing_key" SET "activates_at" = "created_at" + interval '30 days' WHERE "status" = 'next';--> statement-breakpoint
UPDATE "auth"."signing_key" SET "private_jwk" = NULL, "retired_at" = coalesce("retired_at", now()) WHERE "status" = 'retired';--> statement-breakpoint
ALTER TABLE "auth"."oauth_client" ADD CONSTRAINT "oauth_client_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."oauth_client_resource" ADD CONSTRAINT "oauth_client_resource_client_id_oauth_client_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "auth"."oauth_client"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."oauth_client_resource" ADD CONSTRAINT "oauth_client_resource_resource_id_oauth_resource_identifier_fk" FOREIGN KEY ("resource_id") REFERENCES "auth"."oauth_resource"("identifier") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "oauth_client_user_id_idx" ON "auth"."oauth_client" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "oauth_client_resource_resource_id_idx" ON "auth"."oauth_client_resource" USING btree ("resource_id");--> statement-breakpoint
CREATE INDEX "revocation_expires_at_idx" ON "auth"."revocation" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD CONSTRAINT "signing_key_private_check" CHECK (("auth"."signing_key"."private_jwk" is not null) = ("auth"."signing_key"."status" in ('active', 'next')));--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD CONSTRAINT "signing_key_plan_check" CHECK (("auth"."signing_key"."activates_at" is not null) = ("auth"."signing_key"."status" = 'next'));--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD CONSTRAINT "signing_key_retired_check" CHECK ("auth"."signing_key"."status" <> 'retired' or "auth"."signing_key"."retired_at" is not null);--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD CONSTRAINT "signing_key_withdrawn_check" CHECK (("auth"."signing_key"."status" = 'withdrawn') = ("auth"."signing_key"."withdrawn_at" is not null and "auth"."signing_key"."withdrawal_reason" is not null));--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD CONSTRAINT "signing_key_reason_check" CHECK ("auth"."signing_key"."withdrawal_reason" in ('expired', 'revoked'));--> statement-breakpoint
ALTER TABLE "auth"."signing_key" ADD CONSTRAINT "signing_key_status_check" CHECK ("auth"."signing_key"."status" in ('active', 'next', 'retired', 'withdrawn'));
