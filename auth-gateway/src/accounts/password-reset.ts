/** A new password by a mailed link. */
import { runWithTransaction } from "@better-auth/core/context";
import type { AuthContext } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { z } from "zod";
import { joinTransaction } from "../db/transactions.ts";
import { notePrincipal, noteProvedAccount } from "../request-scope.ts";
import { hashOf, newLink } from "./links.ts";
import type { AccountParts } from "./parts.ts";
import { consumeLink, deleteLinksOf, findLink, insertLinkForAddress, markVerified } from "./queries.ts";
import { deletePending } from "./two-factor-queries.ts";
import { deleteUnprovedCredentials } from "./unproved-queries.ts";
import { address, invalidLink, linkToken } from "./verification.ts";

const ASKED = "If this address has an account, a mail is on its way to it.";

export function passwordResetEndpoints(parts: AccountParts) {
  const { db, mailer, gatewayUrl } = parts;
  return {
    requestPasswordReset: createAuthEndpoint(
      "/request-password-reset",
      { method: "POST", body: z.object({ email: address }) },
      async (ctx) => {
        const { email } = ctx.body;
        const { url, hash } = newLink(gatewayUrl, "reset-password");
        await db.transaction(async (tx) => {
          const userId = await insertLinkForAddress(tx, { hash, purpose: "reset-password", email });
          if (userId === undefined) await mailer.enqueue({ to: email, template: "no-account", data: {} });
          else await mailer.enqueue({ to: email, template: "reset-password", data: { url }, userId });
        });
        return ctx.json({ status: true, message: ASKED });
      },
    ),
    resetPassword: createAuthEndpoint(
      "/reset-password",
      { method: "POST", body: z.object({ newPassword: z.string(), token: linkToken }) },
      async (ctx) => {
        const { newPassword, token } = ctx.body;
        requireLength(newPassword, ctx.context.password.config);
        const hash = hashOf(token);
        // A worthless link costs no password hash.
        if ((await findLink(db, hash, "reset-password")) === undefined) throw invalidLink();
        const password = await ctx.context.password.hash(newPassword);
        await runWithTransaction(ctx.context.adapter, () => replacePassword(ctx.context, parts, hash, password));
        return ctx.json({ status: true });
      },
    ),
  };
}

/**
 * The link proves the mailbox, so the address counts as confirmed; all sessions, all other links and all trusted devices end,
 * and whatever was added to the account while nobody had proved to own it.
 */
async function replacePassword(
  { internalAdapter }: AuthContext,
  { db, mailer, gatewayUrl }: AccountParts,
  hash: string,
  password: string,
): Promise<void> {
  const tx = joinTransaction(db);
  const link = await consumeLink(tx, hash, "reset-password");
  const wasVerified = link === undefined ? undefined : await markVerified(tx, link);
  if (link === undefined || wasVerified === undefined) throw invalidLink();
  const { userId, email } = link;
  if (!wasVerified) await deleteUnprovedCredentials(tx, userId, "password");
  if ((await internalAdapter.findCredentialAccount(userId)) === null) {
    await internalAdapter.createAccount({ userId, providerId: "credential", accountId: userId, password });
  } else {
    await internalAdapter.updatePassword(userId, password);
  }
  await deleteLinksOf(tx, userId);
  await deletePending(tx, userId);
  await internalAdapter.deleteUserSessions(userId);
  await mailer.enqueue({ to: email, template: "password-changed", data: { url: gatewayUrl }, userId });
  notePrincipal(userId);
  noteProvedAccount(email);
}

export function requireLength(
  password: string,
  bounds: { minPasswordLength: number; maxPasswordLength: number },
): void {
  if (password.length < bounds.minPasswordLength) {
    throw new APIError("BAD_REQUEST", { code: "PASSWORD_TOO_SHORT", message: "Password too short" });
  }
  if (password.length > bounds.maxPasswordLength) {
    throw new APIError("BAD_REQUEST", { code: "PASSWORD_TOO_LONG", message: "Password too long" });
  }
}
