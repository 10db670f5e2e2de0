/** Tables of the schema `auth` for the life of an account: mails and their links, second factors, passkeys. */
import { sql } from "drizzle-orm";
import { boolean, check, index, integer, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { authSchema, user } from "./auth.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** Mails to be sent. A row holds its address and text encrypted, and goes when the mail is out or given up. */
export const mailOutbox = authSchema.table(
  "mail_outbox",
  {
    id: uuid("id").primaryKey(),
    /** Null where the addressee has no account; a deleted account takes its waiting mails along. */
    userId: uuid("user_id").references(() => user.id, { onDelete: "cascade" }),
    template: text("template").notNull(),
    sealed: text("sealed").notNull(),
    attempts: integer("attempts").notNull().default(0),
    dueAt: instant("due_at").notNull().defaultNow(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [index("mail_outbox_due_idx").on(table.dueAt), index("mail_outbox_user_id_idx").on(table.userId)],
);

/** What a mailed link may do, once, until it expires; the link itself is known by its hash only. */
export const mailToken = authSchema.table(
  "mail_token",
  {
    /** SHA-256 of the token, base64url. */
    hash: text("hash").primaryKey(),
    purpose: text("purpose", { enum: ["verify-email", "reset-password", "change-email", "unlock"] }).notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    /** The address that the link proves. */
    email: text("email").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("mail_token_user_id_idx").on(table.userId),
    index("mail_token_expires_idx").on(table.expiresAt),
    check(
      "mail_token_purpose_check",
      sql`${table.purpose} in ('verify-email', 'reset-password', 'change-email', 'unlock')`,
    ),
    check("mail_token_hash_check", sql`${table.hash} ~ '^[A-Za-z0-9_-]{43}$'`),
  ],
);

/** Better Auth's plugin `twoFactor`; secret and backup codes are encrypted. */
export const twoFactor = authSchema.table(
  "twoFactor",
  {
    id: uuid("id").primaryKey(),
    secret: text("secret").notNull(),
    backupCodes: text("backup_codes").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    verified: boolean("verified").default(true),
    failedVerificationCount: integer("failed_verification_count").default(0),
    lockedUntil: instant("locked_until"),
  },
  (table) => [uniqueIndex("two_factor_user_id_idx").on(table.userId), index("two_factor_secret_idx").on(table.secret)],
);

/** Better Auth's plugin `passkey` (WebAuthn). */
export const passkey = authSchema.table(
  "passkey",
  {
    id: uuid("id").primaryKey(),
    name: text("name"),
    publicKey: text("public_key").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    credentialID: text("credential_id").notNull(),
    counter: integer("counter").notNull(),
    deviceType: text("device_type").notNull(),
    backedUp: boolean("backed_up").notNull(),
    transports: text("transports"),
    createdAt: instant("created_at"),
    aaguid: text("aaguid"),
  },
  (table) => [
    uniqueIndex("passkey_credential_id_idx").on(table.credentialID),
    index("passkey_user_id_idx").on(table.userId),
  ],
);
