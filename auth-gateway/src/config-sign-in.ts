/** The ways to sign in beside a password: other providers, and passkeys. */
import type { Environment } from "./environment.ts";
import { isLoopback } from "./loopback.ts";
import { commonDomain } from "./same-site.ts";

interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where else people may sign in; those that are undefined are not offered. */
export interface SocialProviders {
  readonly github: OAuthClient | undefined;
  readonly google: OAuthClient | undefined;
  readonly oidc: (OAuthClient & { readonly issuer: string }) | undefined;
}

export function socialProvidersOf(env: Environment): SocialProviders {
  const client = (clientId: string | undefined, clientSecret: string | undefined) =>
    clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
  const oidc = client(env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET);
  return {
    github: client(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET),
    google: client(env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET),
    oidc: oidc === undefined || env.OIDC_ISSUER === undefined ? undefined : { ...oidc, issuer: env.OIDC_ISSUER },
  };
}

/** The domain that passkeys are bound to; undefined: there are none. */
export function passkeyDomainOf(env: Environment): string | undefined {
  return env.PASSKEYS === "on" ? commonDomain([env.GATEWAY_URL, ...env.FRONTEND_ORIGINS]) : undefined;
}

const PROVIDER_VARIABLES = [
  ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
  ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"],
  ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"],
] as const;

export function describeProviders(env: Environment): string[] {
  const problems = PROVIDER_VARIABLES.flatMap((names) => {
    const given = names.filter((name) => env[name] !== undefined);
    const missing = names.filter((name) => env[name] === undefined);
    return given.length === 0 ? [] : missing.map((name) => `${name}: is required with ${given.join(" and ")}`);
  });
  const issuer = env.OIDC_ISSUER === undefined ? undefined : new URL(env.OIDC_ISSUER);
  if (issuer?.protocol === "http:" && !isLoopback(issuer.hostname)) problems.push("OIDC_ISSUER: must be https");
  return problems;
}

export function describePasskeys(env: Environment): string[] {
  if (env.PASSKEYS === "off" || commonDomain([env.GATEWAY_URL, ...env.FRONTEND_ORIGINS]) !== undefined) return [];
  return ["PASSKEYS: a passkey is bound to one domain, so GATEWAY_URL and all FRONTEND_ORIGINS must share one"];
}
