/** What the revocation feed tells: sessions, tokens and subjects whose access tokens must not be accepted any more. */
import { sql } from "drizzle-orm";
import { bigint, check, index, text, timestamp, unique } from "drizzle-orm/pg-core";
import { authSchema } from "./auth.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** No foreign key to the user: an entry must outlive a deleted account. It holds digests and goes after minutes. */
export const revocation = authSchema.table(
  "revocation",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity({ name: "revocation_id_seq" }),
    kind: text("kind", { enum: ["session", "token", "subject"] }).notNull(),
    /** The first 16 bytes of the SHA-256 of `sid`, `jti` or `sub`, base64url. */
    digest: text("digest").notNull(),
    /** Of a subject only: tokens issued before this second are revoked. */
    notBefore: bigint("not_before", { mode: "number" }),
    /** From then on no token that it concerns can live. */
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    unique("revocation_kind_digest_key").on(table.kind, table.digest),
    index("revocation_expires_at_idx").on(table.expiresAt),
    check("revocation_kind_check", sql`${table.kind} in ('session', 'token', 'subject')`),
    check("revocation_digest_check", sql`${table.digest} ~ '^[A-Za-z0-9_-]{22}$'`),
    check("revocation_not_before_check", sql`(${table.notBefore} is not null) = (${table.kind} = 'subject')`),
  ],
);
