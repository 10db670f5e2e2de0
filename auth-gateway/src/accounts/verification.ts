/** Confirming an e-mail address: a mail to anybody who asks, whatever it says, and the mailed link's button. */

import { runWithTransaction } from "@better-auth/core/context";
import { APIError, createAuthEndpoint, getSessionFromCtx } from "better-auth/api";
import { z } from "zod";
import { joinTransaction } from "../db/transactions.ts";
import { notePrincipal } from "../request-scope.ts";
import { hashOf, newLink } from "./links.ts";
import type { AccountParts } from "./parts.ts";
import { consumeLink, findVerificationState, insertLinkForAddress, markVerified } from "./queries.ts";
import { deleteUnprovedCredentials } from "./unproved-queries.ts";

export const address = z.email().max(254).toLowerCase();
export const linkToken = z.string().min(1).max(200);

/** Says neither what was wrong with the link nor whether there ever was one. */
export function invalidLink(): APIError {
  return new APIError("BAD_REQUEST", {
    code: "INVALID_TOKEN",
    message: "This link has expired or was used already. Ask for a new one.",
  });
}

export function verificationEndpoints({ db, mailer, gatewayUrl }: AccountParts) {
  return {
    sendVerificationEmail: createAuthEndpoint(
      "/send-verification-email",
      { method: "POST", body: z.object({ email: address }) },
      async (ctx) => {
        const { email } = ctx.body;
        await db.transaction(async (tx) => {
          const state = await findVerificationState(tx, email);
          const { url, hash } = newLink(gatewayUrl, "verify-email");
          // Without an account, or with a confirmed one, the statement inserts a link that nobody is told.
          const userId = await insertLinkForAddress(tx, { hash, purpose: "verify-email", email });
          if (userId === undefined) await mailer.enqueue({ to: email, template: "no-account", data: {} });
          else if (state?.verified) await mailer.enqueue({ to: email, template: "already-verified", data: {}, userId });
          else await mailer.enqueue({ to: email, template: "verify-email", data: { url }, userId });
        });
        return ctx.json({ status: true });
      },
    ),
    verifyEmail: createAuthEndpoint(
      "/verify-email",
      { method: "POST", body: z.object({ token: linkToken }) },
      async (ctx) => {
        await runWithTransaction(ctx.context.adapter, async () => {
          const tx = joinTransaction(db);
          const link = await consumeLink(tx, hashOf(ctx.body.token), "verify-email");
          const wasVerified = link === undefined ? undefined : await markVerified(tx, link);
          if (link === undefined || wasVerified === undefined) throw invalidLink();
          // Whoever is signed in here and reads the mail is one and the same, and keeps what they have.
          const isOwner = (await getSessionFromCtx(ctx))?.user.id === link.userId;
          if (!wasVerified && !isOwner) await deleteUnprovedCredentials(tx, link.userId, "first");
          notePrincipal(link.userId);
        });
        return ctx.json({ status: true });
      },
    ),
  };
}
