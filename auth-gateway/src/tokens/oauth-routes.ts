/** `POST /oauth2/introspect` and `/oauth2/revoke` for machine clients, and what the server says of itself. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { authenticateClient, readForm } from "../clients/authentication.ts";
import { OAuthError } from "../clients/oauth-error.ts";
import type { ClientDirectory } from "../clients/service.ts";
import type { Route } from "../routing.ts";
import type { TokenInspector } from "./introspection.ts";
import { describeServer } from "./metadata.ts";

/** It changes with a release only. */
const CACHE_CONTROL = "public, max-age=300";

export function oauthRoutes(
  issuer: string,
  inspector: TokenInspector,
  clients: Pick<ClientDirectory, "isAuthentic">,
): Route[] {
  const introspect = async (c: Context<AppEnv>): Promise<Response> => {
    const form = await readForm(c);
    await authenticateClient(c, form, clients);
    return c.json(await inspector.introspect(requireToken(form)), 200, { "cache-control": "no-store" });
  };
  const revoke = async (c: Context<AppEnv>): Promise<Response> => {
    const form = await readForm(c);
    const clientId = await authenticateClient(c, form, clients);
    await inspector.revoke(requireToken(form), clientId);
    return new Response(null, { status: 200 });
  };
  const metadata = describeServer(issuer);
  return [
    { method: "POST", path: "/oauth2/introspect", handler: introspect },
    { method: "POST", path: "/oauth2/revoke", handler: revoke },
    {
      method: "GET",
      path: "/.well-known/oauth-authorization-server",
      handler: (c) => c.json(metadata, 200, { "cache-control": CACHE_CONTROL }),
    },
  ];
}

function requireToken(form: URLSearchParams): string {
  const token = form.get("token");
  if (token === null || token === "") throw new OAuthError("invalid_request", "token is missing.");
  return token;
}
