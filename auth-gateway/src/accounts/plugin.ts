/** Better Auth's plugin with our endpoints of an account's life; under their own names, they take the place of its own. */
import type { BetterAuthPlugin } from "better-auth";
import { emailChangeEndpoints } from "./email-change.ts";
import type { AccountParts } from "./parts.ts";
import { passwordChangeEndpoints } from "./password-change.ts";
import { passwordResetEndpoints } from "./password-reset.ts";
import { verificationEndpoints } from "./verification.ts";

export function accountsPlugin(parts: AccountParts) {
  return {
    id: "accounts",
    endpoints: {
      ...verificationEndpoints(parts),
      ...passwordResetEndpoints(parts),
      ...passwordChangeEndpoints(parts),
      ...emailChangeEndpoints(parts),
    },
  } satisfies BetterAuthPlugin;
}
