/** Tables of the schema `auth`: Better Auth's own, and the keyring that signs access tokens. */
import { eq, relations, sql } from "drizzle-orm";
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
    role: text("role").default("user"),
    banned: boolean("banned").default(false),
    banReason: text("ban_reason"),
    banExpires: instant("ban_expires"),
    twoFactorEnabled: boolean("two_factor_enabled").default(false),
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
    /** Better Auth's admin plugin wants the column; nobody is ever impersonated. */
    impersonatedBy: text("impersonated_by"),
  },
  (table) => [
    unique("session_token_key").on(table.token),
    index("session_user_id_idx").on(table.userId),
    check("session_impersonated_by_check", sql`${table.impersonatedBy} is null`),
  ],
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
  (table) => [
    index("verification_identifier_idx").on(table.identifier),
    index("verification_expires_idx").on(table.expiresAt),
  ],
);

/**
 * The keyring (RFC 7517): one key signs (`active`), one is published ahead (`next`), old ones verify (`retired`) until
 * nothing that they signed can live any more (`withdrawn`; the row stays, so that a kid in an old log has its dates).
 */
export const signingKey = authSchema.table(
  "signing_key",
  {
    kid: text("kid").primaryKey(),
    status: text("status", { enum: ["active", "next", "retired", "withdrawn"] }).notNull(),
    publicJwk: jsonb("public_jwk").$type<Record<string, unknown>>().notNull(),
    /** JWE under a version of AUTH_SECRETS; erased when the key has signed for the last time. */
    privateJwk: text("private_jwk"),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** When the `next` key begins to sign. */
    activatesAt: instant("activates_at"),
    activatedAt: instant("activated_at"),
    retiredAt: instant("retired_at"),
    withdrawnAt: instant("withdrawn_at"),
    withdrawalReason: text("withdrawal_reason", { enum: ["expired", "revoked"] }),
  },
  (table) => [
    uniqueIndex("signing_key_one_active").on(table.status).where(sql`${table.status} = 'active'`),
    uniqueIndex("signing_key_one_next").on(table.status).where(sql`${table.status} = 'next'`),
    check("signing_key_status_check", sql`${table.status} in ('active', 'next', 'retired', 'withdrawn')`),
    check("signing_key_kid_check", sql`${table.kid} ~ '^[A-Za-z0-9_-]{1,64}$'`),
    check(
      "signing_key_private_check",
      sql`(${table.privateJwk} is not null) = (${table.status} in ('active', 'next'))`,
    ),
    check("signing_key_plan_check", sql`(${table.activatesAt} is not null) = (${table.status} = 'next')`),
    check("signing_key_retired_check", sql`${table.status} <> 'retired' or ${table.retiredAt} is not null`),
    check(
      "signing_key_withdrawn_check",
      sql`(${table.status} = 'withdrawn') = (${table.withdrawnAt} is not null and ${table.withdrawalReason} is not null)`,
    ),
    check("signing_key_reason_check", sql`${table.withdrawalReason} in ('expired', 'revoked')`),
  ],
);

/** Sessions that may act now: not expired, and their user neither banned nor in deletion. Read by `rag.enter` alone. */
export const liveSession = authSchema
  .view("live_session")
  .with({ securityBarrier: true })
  .as((query) =>
    query
      .select({ id: session.id, userId: session.userId, expiresAt: session.expiresAt })
      .from(session)
      .innerJoin(user, eq(user.id, session.userId))
      .where(
        sql`${session.expiresAt} > now() and not (coalesce(${user.banned}, false) and (${user.banExpires} is null or ${user.banExpires} > now())) and not exists (select from auth.account_deletion d where d.user_id = ${user.id} and d.status <> 'confirm')`,
      ),
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
