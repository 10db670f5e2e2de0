/** What Better Auth's own change of a password leaves to do: other sessions end, links are void, the owner is told. */
import { createAuthMiddleware } from "better-auth/api";
import type { AccountParts } from "./parts.ts";
import { deleteLinksOf } from "./queries.ts";

const isPasswordChange = ({ path }: { readonly path?: string | undefined }) => path === "/change-password";

export function passwordChangeHooks({ db, mailer, gatewayUrl }: AccountParts) {
  return {
    before: [
      {
        matcher: isPasswordChange,
        handler: createAuthMiddleware(async (ctx) => ({
          context: { ...ctx, body: { ...ctx.body, revokeOtherSessions: true } },
        })),
      },
    ],
    after: [
      {
        matcher: isPasswordChange,
        handler: createAuthMiddleware(async (ctx) => {
          const session = ctx.context.newSession;
          if (session === null) return;
          const { id, email } = session.user;
          await db.transaction(async (tx) => {
            await deleteLinksOf(tx, id);
            await mailer.enqueue({ to: email, template: "password-changed", data: { url: gatewayUrl }, userId: id });
          });
        }),
      },
    ],
  };
}
