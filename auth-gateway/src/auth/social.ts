/** Sign-in at other providers: GitHub, Google, and any OpenID provider. */
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import type { Config } from "../config.ts";

const byRedirectOnly = {
  id: "by-redirect-only",
  hooks: {
    before: [
      {
        matcher: ({ path }) => path === "/sign-in/social" || path === "/link-social",
        handler: createAuthMiddleware(async (ctx) => {
          if (ctx.body?.idToken === undefined) return;
          // Without the nonce of a redirect of ours, whoever has got hold of such a token could bring it.
          throw new APIError("BAD_REQUEST", { code: "ID_TOKEN_NOT_SUPPORTED", message: "Sign in by redirect." });
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;

type OpenIdClient = NonNullable<Config["social"]["oidc"]>;

/** Found by discovery; its ID tokens are checked against its keys and our nonce. */
function openIdProvider({ issuer, clientId, clientSecret }: OpenIdClient, requireEmailVerification: boolean) {
  return genericOAuth({
    config: [
      {
        providerId: "oidc",
        discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
        clientId,
        clientSecret,
        scopes: ["openid", "email", "profile"],
        pkce: true,
        requireIdTokenVerification: true,
        requireEmailVerification,
      },
    ],
  });
}

/** An address that the provider has not confirmed counts as little as one that somebody typed at sign-up. */
export function socialSignIn({ social: { github, google, oidc }, signUp }: Pick<Config, "social" | "signUp">) {
  const requireEmailVerification = signUp === "verify";
  return {
    providers: {
      ...(github === undefined ? {} : { github: { ...github, requireEmailVerification } }),
      ...(google === undefined ? {} : { google: { ...google, requireEmailVerification } }),
    },
    plugins: [byRedirectOnly, ...(oidc === undefined ? [] : [openIdProvider(oidc, requireEmailVerification)])],
  };
}
