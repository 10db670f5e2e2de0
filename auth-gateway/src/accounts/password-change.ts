/**
 * A new password by the old one. Better Auth's own change would overwrite a password that was reset while it compared the
 * old one; here all happens in one transaction: other sessions, trusted devices and links end, the owner is told.
 */
import { runWithTransaction } from "@better-auth/core/context";
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { parseUserOutput } from "better-auth/db";
import { z } from "zod";
import { joinTransaction } from "../db/transactions.ts";
import type { AccountParts } from "./parts.ts";
import { requireLength } from "./password-reset.ts";
import { deleteLinksOf, replacePassword } from "./queries.ts";
import { deletePending } from "./two-factor-queries.ts";

/** Asked for by the stock client; the other sessions end in any case. */
const body = z.object({
  currentPassword: z.string(),
  newPassword: z.string(),
  revokeOtherSessions: z.boolean().optional(),
});

export function passwordChangeEndpoints({ db, mailer, gatewayUrl }: AccountParts) {
  return {
    changePassword: createAuthEndpoint(
      "/change-password",
      { method: "POST", body, use: [sensitiveSessionMiddleware] },
      async (ctx) => {
        const { internalAdapter, password, adapter, options } = ctx.context;
        const { user, session } = ctx.context.session;
        requireLength(ctx.body.newPassword, password.config);
        const stored = (await internalAdapter.findCredentialAccount(user.id))?.password;
        if (!stored) throw noPassword();
        const hash = await password.hash(ctx.body.newPassword);
        if (!(await password.verify({ hash: stored, password: ctx.body.currentPassword }))) throw wrongPassword();
        const renewed = await runWithTransaction(adapter, async () => {
          const tx = joinTransaction(db);
          if (!(await replacePassword(tx, user.id, stored, hash))) throw wrongPassword();
          await deleteLinksOf(tx, user.id);
          await deletePending(tx, user.id);
          await internalAdapter.deleteUserSessions(user.id);
          await mailer.enqueue({
            to: user.email,
            template: "password-changed",
            data: { url: gatewayUrl },
            userId: user.id,
          });
          // A second factor was not asked for now, so the session is no fresher than it was.
          const kept = user["twoFactorEnabled"] === true ? { createdAt: session.createdAt } : {};
          return internalAdapter.createSession(user.id, false, kept, true);
        });
        await setSessionCookie(ctx, { session: renewed, user });
        return ctx.json({ token: renewed.token, user: parseUserOutput(options, user) });
      },
    ),
  };
}

function wrongPassword(): APIError {
  return new APIError("BAD_REQUEST", { code: "INVALID_PASSWORD", message: "Invalid password" });
}

function noPassword(): APIError {
  return new APIError("BAD_REQUEST", {
    code: "CREDENTIAL_ACCOUNT_NOT_FOUND",
    message: "This account has no password to change.",
  });
}
