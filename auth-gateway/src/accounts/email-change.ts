/** A new e-mail address: the new one is confirmed by a mailed link, and the old one is told. */
import { runWithTransaction } from "@better-auth/core/context";
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import { z } from "zod";
import { joinTransaction } from "../db/transactions.ts";
import { notePrincipal } from "../request-scope.ts";
import { hashOf, newLink } from "./links.ts";
import type { AccountParts } from "./parts.ts";
import { consumeLink, deleteLinksOf, insertEmailChangeLink, moveToAddress } from "./queries.ts";
import { address, invalidLink, linkToken } from "./verification.ts";

export function emailChangeEndpoints({ db, mailer, gatewayUrl }: AccountParts) {
  return {
    changeEmail: createAuthEndpoint(
      "/change-email",
      { method: "POST", body: z.object({ newEmail: address }), use: [sensitiveSessionMiddleware] },
      async (ctx) => {
        const { newEmail } = ctx.body;
        const { id, email } = ctx.context.session.user;
        if (newEmail === email) {
          throw new APIError("BAD_REQUEST", { code: "EMAIL_IS_THE_SAME", message: "This is your address already." });
        }
        const { url, hash } = newLink(gatewayUrl, "change-email");
        // A taken address gets the same answer and as many mails as a free one.
        await db.transaction(async (tx) => {
          await deleteLinksOf(tx, id, "change-email");
          const userId = await insertEmailChangeLink(tx, { hash, purpose: "change-email", email: newEmail }, id);
          if (userId === undefined) await mailer.enqueue({ to: newEmail, template: "email-taken", data: {} });
          else await mailer.enqueue({ to: newEmail, template: "change-email", data: { url }, userId });
          await mailer.enqueue({ to: email, template: "email-change-requested", data: { newEmail }, userId: id });
        });
        return ctx.json({ status: true });
      },
    ),
    confirmEmailChange: createAuthEndpoint(
      "/change-email/confirm",
      { method: "POST", body: z.object({ token: linkToken }) },
      async (ctx) => {
        await runWithTransaction(ctx.context.adapter, async () => {
          const tx = joinTransaction(db);
          const link = await consumeLink(tx, hashOf(ctx.body.token), "change-email");
          const before = link === undefined ? undefined : await moveToAddress(tx, link);
          if (link === undefined || before === undefined) throw invalidLink();
          // Links to the old address would otherwise outlive it.
          await deleteLinksOf(tx, link.userId);
          const data = { newEmail: link.email };
          await mailer.enqueue({ to: before.email, template: "email-changed", data, userId: link.userId });
          notePrincipal(link.userId);
        });
        return ctx.json({ status: true });
      },
    ),
  };
}
