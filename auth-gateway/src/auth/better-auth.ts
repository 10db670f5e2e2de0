/** The one `betterAuth(...)` call. */
import * as schema from "@auth-gateway/shared-schema/auth";
import { drizzleAdapter } from "@better-auth/drizzle-adapter";
import { createAuthMiddleware } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { bearer } from "better-auth/plugins/bearer";
import { v7 as uuidv7 } from "uuid";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import { type Logger, logForeign } from "../logger.ts";
import { notePrincipal } from "../request-scope.ts";
import { observeFaults } from "./observed-adapter.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { requireSoundProfile } from "./profile.ts";

/** Set from the socket on each request; what a client sends under this name is overwritten. */
export const CLIENT_ADDRESS_HEADER = "x-gateway-client-address";

export type Auth = ReturnType<typeof createAuth>;

export function createAuth(config: Config, db: Database, logger: Logger) {
  return betterAuth({
    ...createAuthOptions(config),
    database: observeFaults(
      drizzleAdapter(db, {
        provider: "pg",
        schema: {
          user: schema.user,
          session: schema.session,
          account: schema.account,
          verification: schema.verification,
        },
        transaction: true,
      }),
    ),
    // Its warnings are the 401s and 403s that the request line already tells.
    logger: { level: "error", log: (level, message, ...args) => logForeign(logger, level, [message, ...args]) },
  });
}

/** Everything that does not need the database; the drift test derives Better Auth's tables from it. */
export function createAuthOptions(config: Config) {
  return {
    appName: "auth-gateway",
    baseURL: config.gatewayUrl,
    basePath: "/api/auth",
    secrets: config.authSecrets.map(({ version, value }) => ({ version, value })),
    trustedOrigins: [...config.trustedOrigins],
    emailAndPassword: {
      enabled: true,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    account: { accountLinking: { disableImplicitLinking: true } },
    // It counts addresses only, in one process: users behind one address block each other, an attacker moves on.
    rateLimit: { enabled: false },
    // Better Auth's default turns these checks off when it believes to be under test.
    advanced: { disableOriginCheck: false, disableCSRFCheck: false, ...sessionOptions(config), ...databaseOptions },
    onAPIError: { throw: true },
    telemetry: { enabled: false },
    hooks: {
      before: requireSoundProfile,
      after: createAuthMiddleware(async (ctx) => {
        const session = ctx.context.newSession ?? ctx.context.session;
        if (session !== null) notePrincipal(session.user.id);
      }),
    },
    plugins: [bearer({ requireSignature: true })],
  };
}

const databaseOptions = { database: { generateId: () => uuidv7(), joins: true } };

/** `__Host-` binds a cookie to this host over https; browsers refuse such a cookie over http, as in development. */
function sessionOptions({ cookies }: Config) {
  return {
    cookiePrefix: cookies.secure ? "__Host-auth" : "auth",
    // Would put `__Secure-` in front of our own prefix.
    useSecureCookies: false,
    defaultCookieAttributes: { secure: cookies.secure, sameSite: cookies.sameSite, httpOnly: true, path: "/" },
    ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
  };
}
