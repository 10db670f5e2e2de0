/** The one `betterAuth(...)` call. */
import { passkey, twoFactor } from "@auth-gateway/shared-schema/accounts";
import * as schema from "@auth-gateway/shared-schema/auth";
import { drizzleAdapter } from "@better-auth/drizzle-adapter";
import { createAuthMiddleware } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { bearer } from "better-auth/plugins/bearer";
import { v7 as uuidv7 } from "uuid";
import { accountsPlugin } from "../accounts/plugin.ts";
import { forgetTrustedDevices } from "../accounts/second-factors.ts";
import { createSignUpMails } from "../accounts/sign-up.ts";
import type { AuditRecorder } from "../audit/models.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import { type Logger, logForeign } from "../logger.ts";
import type { Mailer } from "../mail/mailer.ts";
import { noteChallenge, notePrincipal } from "../request-scope.ts";
import { refuseBannedSessions } from "./bans.ts";
import { soundIds } from "./identifiers.ts";
import { observeFaults } from "./observed-adapter.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { administration, noteSecondFactor, passkeys, secondFactor } from "./plugins.ts";
import { requireSoundProfile } from "./profile.ts";
import { rehashPlugin } from "./rehash.ts";
import { routeOnce } from "./routing.ts";
import { createSettlements } from "./settling.ts";
import { socialSignIn } from "./social.ts";

/** Set from the socket on each request; what a client sends under this name is overwritten. */
export const CLIENT_ADDRESS_HEADER = "x-gateway-client-address";

export type Auth = ReturnType<typeof createAuth>;

export function createAuth(config: Config, db: Database, mailer: Mailer, audit: AuditRecorder, logger: Logger) {
  const options = createAuthOptions(config);
  const accounts = { db, mailer, gatewayUrl: config.gatewayUrl };
  const mails = createSignUpMails(accounts);
  const auth = betterAuth({
    ...options,
    emailAndPassword: {
      ...options.emailAndPassword,
      onExistingUserSignUp({ user }) {
        audit.record({ kind: "sign_up_refused", reason: "account_exists", userId: user.id });
        return mails.toExistingUser(user);
      },
    },
    ...(mailer.enabled
      ? { emailVerification: { sendOnSignUp: true, sendVerificationEmail: ({ user }) => mails.toNewUser(user) } }
      : {}),
    databaseHooks: {
      ...options.databaseHooks,
      // Linking makes no session, so only the new row tells whose account it was.
      account: {
        create: {
          after: async ({ userId }, context) => {
            if (context?.path === "/callback/:id") notePrincipal(userId);
          },
        },
      },
      // The first right code turns the second factor on; the same endpoint takes the codes of sign-ins.
      user: {
        update: {
          after: async (user, context) => {
            if (context?.path === "/two-factor/verify-totp" && user["twoFactorEnabled"] === true) {
              audit.record({ kind: "two_factor_enabled", userId: user.id });
              await forgetTrustedDevices(db, user.id);
            }
            if (context?.path === "/two-factor/disable") await forgetTrustedDevices(db, user.id);
          },
        },
      },
    },
    plugins: [...options.plugins, accountsPlugin(accounts), rehashPlugin(db, logger)],
    database: observeFaults(
      drizzleAdapter(db, {
        provider: "pg",
        schema: {
          user: schema.user,
          session: schema.session,
          account: schema.account,
          verification: schema.verification,
          twoFactor,
          passkey,
        },
        transaction: true,
      }),
    ),
    // Its warnings are the 401s and 403s that the request line already tells.
    logger: { level: "error", log: (level, message, ...args) => logForeign(logger, level, [message, ...args]) },
  });
  auth.$context.then(refuseBannedSessions, () => undefined);
  const settlements = createSettlements({ db, audit, tellsNothing: config.signUp === "verify" });
  return { ...auth, ...routeOnce(auth), settlements };
}

/** Everything that does not need the database; the drift test derives Better Auth's tables from it. */
export function createAuthOptions(config: Config) {
  const social = socialSignIn(config);
  return {
    appName: "auth-gateway",
    baseURL: config.gatewayUrl,
    basePath: "/api/auth",
    secrets: config.authSecrets.map(({ version, value }) => ({ version, value })),
    trustedOrigins: [...config.trustedOrigins],
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: config.signUp === "verify",
      // A taken address must look like a new account, to the last member.
      customSyntheticUser: ({ coreFields, additionalFields, id }: SyntheticUser) => ({
        ...coreFields,
        role: "user",
        banned: false,
        banReason: null,
        banExpires: null,
        ...(config.twoFactor ? { twoFactorEnabled: false } : {}),
        ...additionalFields,
        id,
      }),
      minPasswordLength: 8,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    // An account at a provider must not open one here because of a like address.
    account: { accountLinking: { disableImplicitLinking: true }, encryptOAuthTokens: true },
    socialProviders: social.providers,
    // It counts addresses only, in one process: users behind one address block each other, an attacker moves on.
    rateLimit: { enabled: false },
    // Better Auth's default turns these checks off when it believes to be under test.
    advanced: { disableOriginCheck: false, disableCSRFCheck: false, ...sessionOptions(config), ...databaseOptions },
    // Where a failed sign-in at a provider ends, unless the frontend named a page.
    onAPIError: { throw: true, errorURL: config.frontendOrigins[0] ?? config.gatewayUrl },
    telemetry: { enabled: false },
    hooks: {
      before: requireSoundProfile,
      after: createAuthMiddleware(async (ctx) => {
        const session = ctx.context.newSession ?? ctx.context.session;
        if (session !== null) notePrincipal(session.user.id, session.session.id);
      }),
    },
    databaseHooks: {
      // A sign-out tells nobody whose session it ended.
      session: {
        delete: { after: async (session: { id: string; userId: string }) => notePrincipal(session.userId, session.id) },
      },
      // The challenge that a code answers is used up before there is a session.
      verification: {
        delete: {
          after: async ({ identifier, createdAt }: { identifier: string; createdAt: Date }) => {
            if (CHALLENGE.test(identifier)) noteChallenge(createdAt);
          },
        },
      },
    },
    plugins: [
      bearer({ requireSignature: true }),
      administration(),
      soundIds(),
      ...(config.twoFactor ? [secondFactor(), noteSecondFactor()] : []),
      ...(config.passkeyDomain === undefined ? [] : [passkeys(config.passkeyDomain, config.trustedOrigins)]),
      ...social.plugins,
    ],
  };
}

/** As the plugin `twoFactor` names what it keeps while it waits for a code. */
const CHALLENGE = /^2fa-(?!attempts-)/;

interface SyntheticUser {
  readonly coreFields: object;
  readonly additionalFields: object;
  readonly id: string;
}

const databaseOptions = { database: { generateId: () => uuidv7(), joins: true } };

/** `__Host-` binds a cookie to this host over https; browsers refuse such a cookie over http, as in development. */
function sessionOptions({ cookies }: Config) {
  return {
    cookiePrefix: cookies.prefix,
    // Would put `__Secure-` in front of our own prefix.
    useSecureCookies: false,
    defaultCookieAttributes: { secure: cookies.secure, sameSite: cookies.sameSite, httpOnly: true, path: "/" },
    ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
  };
}
