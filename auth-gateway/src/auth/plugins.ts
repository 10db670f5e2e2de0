/** Better Auth's own plugins, each with as little of it as is offered. */

import { passkey } from "@better-auth/passkey";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { createAccessControl } from "better-auth/plugins/access";
import { admin } from "better-auth/plugins/admin";
import { twoFactor } from "better-auth/plugins/two-factor";
import { z } from "zod";
import { noteSecondFactorAsked } from "../request-scope.ts";

const access = createAccessControl({ user: ["list", "get", "ban", "set-role"], session: ["list", "revoke"] } as const);

/** User verification makes a passkey two factors in one: something one has, and a PIN or a fingerprint. */
export function passkeys(domain: string, origins: readonly string[]) {
  return passkey({
    rpID: domain,
    rpName: "auth-gateway",
    origin: [...origins],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    // The plugin itself takes a passkey that asked nobody for anything.
    registration: {
      afterVerification: ({ verification }) => requireVerifiedUser(verification.registrationInfo?.userVerified),
    },
    authentication: {
      afterVerification: ({ verification }) => requireVerifiedUser(verification.authenticationInfo.userVerified),
    },
  });
}

function requireVerifiedUser(verified: boolean | undefined): void {
  if (verified === true) return;
  throw new APIError("BAD_REQUEST", {
    code: "USER_NOT_VERIFIED",
    message: "The passkey must ask for a PIN, a fingerprint or a face.",
  });
}

/** A secret and backup codes, both encrypted. Codes by mail are no second factor: the mailbox resets the first one. */
export function secondFactor() {
  return twoFactor({ issuer: "auth-gateway" });
}

const challenge = z.object({ twoFactorRedirect: z.literal(true) });

/** Stands behind the plugin that asks for the code, and tells the request's scope that it was asked for. */
export function noteSecondFactor() {
  const handler = createAuthMiddleware(async (ctx) => {
    if (challenge.safeParse(ctx.context.returned).success) noteSecondFactorAsked();
  });
  return {
    id: "note-second-factor",
    hooks: { after: [{ matcher: ({ path }) => path === "/sign-in/email", handler }] },
  } satisfies BetterAuthPlugin;
}

/** Rights that are not named here don't exist, whatever the plugin's endpoints could do with them. */
export function administration() {
  return admin({
    roles: {
      user: access.newRole({}),
      admin: access.newRole({ user: ["list", "get", "ban", "set-role"], session: ["list", "revoke"] }),
    },
  });
}
