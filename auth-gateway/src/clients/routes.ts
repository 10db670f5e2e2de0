/** `POST /oauth2/token`: an access token for a machine; the client credentials grant is the only one. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { Route } from "../routing.ts";
import { readCredentials, readForm } from "./authentication.ts";
import type { ClientGrant } from "./grant.ts";
import { toAudience } from "./models.ts";
import { OAuthError } from "./oauth-error.ts";
import type { ClientDirectory } from "./service.ts";

/** No client is linked to it, so the provider authenticates the client and refuses the target. */
const NO_AUDIENCE = "none";

export function clientRoutes(grant: ClientGrant, directory: Pick<ClientDirectory, "audiencesOf">): Route[] {
  const postToken = async (c: Context<AppEnv>): Promise<Response> => {
    const form = await readForm(c);
    requireGrantType(form.get("grant_type"));
    const credentials = readCredentials(c, form);
    const audience = requestedAudience(form) ?? (await soleAudience(directory, credentials.clientId));
    const answer = await grant.grant({ credentials, audience, scope: form.get("scope") ?? undefined });
    return c.json(answer, 200, { "cache-control": "no-store", pragma: "no-cache" });
  };
  return [{ method: "POST", path: "/oauth2/token", handler: postToken }];
}

function requireGrantType(type: string | null): void {
  if (type === null) throw new OAuthError("invalid_request", "grant_type is missing.");
  if (type !== "client_credentials") {
    throw new OAuthError("unsupported_grant_type", "The only grant type here is client_credentials.");
  }
}

/** `resource` as in RFC 8707; `audience` is what others call it. */
function requestedAudience(form: URLSearchParams): string | undefined {
  const asked = [form.get("resource"), form.get("audience")].filter((value) => value !== null).map(toAudience);
  const [audience, other = audience] = asked;
  if (audience === undefined) return undefined;
  if (audience !== other) throw new OAuthError("invalid_target", "resource and audience name two services.");
  if (!/^[A-Za-z0-9._~:/-]{1,128}$/.test(audience)) throw new OAuthError("invalid_target", "This names no service.");
  return audience;
}

async function soleAudience(directory: Pick<ClientDirectory, "audiencesOf">, clientId: string): Promise<string> {
  const [audience = NO_AUDIENCE, ...others] = await directory.audiencesOf(clientId);
  return others.length === 0 ? audience : NO_AUDIENCE;
}
