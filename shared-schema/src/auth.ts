/** Tables of the schema `auth`: Better Auth's own, and the keyring that signs access tokens. */
import { relations, sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  jsonb,
  pgSchema,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

export const authSchema = pgSchema("auth");

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const user = authSchema.table(
  "user",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    emailVerified: boolean("email_verified").notNull().default(false),
    image: text("image"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [unique("user_email_key").on(table.email)],
);

export const session = authSchema.table(
  "session",
  {
    id: uuid("id").primaryKey(),
    expiresAt: instant("expires_at").notNull(),
    token: text("token").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
  },
  (table) => [unique("session_token_key").on(table.token), index("session_user_id_idx").on(table.userId)],
);

export const account = authSchema.table(
  "account",
  {
    id: uuid("id").primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [
    unique("account_provider_key").on(table.providerId, table.accountId),
    index("account_user_id_idx").on(table.userId),
  ],
);

export const verification = authSchema.table(
  "verification",
  {
    id: uuid("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [index("verification_identifier_idx").on(table.identifier)],
);

/** The keyring (RFC 7517): one key signs (`active`), one is published ahead (`next`), old ones verify (`retired`). */
export const signingKey = authSchema.table(
  "signing_key",
  {
    kid: text("kid").primaryKey(),
    status: text("status", { enum: ["active", "next", "retired"] }).notNull(),
    publicJwk: jsonb("public_jwk").$type<Record<string, unknown>>().notNull(),
    privateJwk: text("private_jwk").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    activatedAt: instant("activated_at"),
    retiredAt: instant("retired_at"),
  },
  (table) => [
    uniqueIndex("signing_key_one_active").on(table.status).where(sql`${table.status} = 'active'`),
    uniqueIndex("signing_key_one_next").on(table.status).where(sql`${table.status} = 'next'`),
    check("signing_key_status_check", sql`${table.status} in ('active', 'next', 'retired')`),
    check("signing_key_kid_check", sql`${table.kid} ~ '^[A-Za-z0-9_-]{1,64}$'`),
  ],
);

/** Sessions that may act now. Read by `rag.enter` alone. */
export const liveSession = authSchema
  .view("live_session")
  .with({ securityBarrier: true })
  .as((query) =>
    query
      .select({ id: session.id, userId: session.userId, expiresAt: session.expiresAt })
      .from(session)
      .where(sql`${session.expiresAt} > now()`),
  );

export const userRelations = relations(user, ({ many }) => ({
  sessions: many(session),
  accounts: many(account),
}));

export const sessionRelations = relations(session, ({ one }) => ({
  user: one(user, { fields: [session.userId], references: [user.id] }),
}));

export const accountRelations = relations(account, ({ one }) => ({
  user: one(user, { fields: [account.userId], references: [user.id] }),
}));
