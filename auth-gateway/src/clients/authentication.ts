/** Which machine asks: client_secret_basic or client_secret_post (RFC 6749, 2.3.1). */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { invalidClient, OAuthError } from "./oauth-error.ts";
import type { ClientCredentials, ClientDirectory } from "./service.ts";

const FORM = "application/x-www-form-urlencoded";

/** @throws {OAuthError} invalid_request for another media type, or a parameter that is there twice. */
export async function readForm(c: Context<AppEnv>): Promise<URLSearchParams> {
  const [type = ""] = (c.req.header("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== FORM) throw new OAuthError("invalid_request", `Send the parameters as ${FORM}.`);
  const form = new URLSearchParams(await c.req.text());
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1) throw new OAuthError("invalid_request", "A parameter is there more than once.");
  }
  // RFC 6749, 3.2: what comes without a value counts as omitted.
  return new URLSearchParams([...form].filter(([, value]) => value !== ""));
}

/** @throws {OAuthError} invalid_client without credentials; invalid_request when they come in both ways. */
export function readCredentials(c: Context<AppEnv>, form: URLSearchParams): ClientCredentials {
  const header = c.req.header("authorization");
  const posted = form.get("client_secret");
  if (header !== undefined && posted !== null) {
    throw new OAuthError("invalid_request", "Send the client's secret in one way only.");
  }
  const credentials = header === undefined ? fromForm(form) : fromBasic(header);
  if (credentials === undefined) throw invalidClient();
  const claimed = form.get("client_id");
  if (claimed !== null && claimed !== credentials.clientId) throw invalidClient();
  return credentials;
}

/** Whom the request says it comes from; undefined where it says so in no sound way. */
export async function claimedClientId(c: Context<AppEnv>): Promise<string | undefined> {
  try {
    return readCredentials(c, await readForm(c)).clientId;
  } catch {
    return undefined;
  }
}

/** @throws {OAuthError} */
export async function authenticateClient(
  c: Context<AppEnv>,
  form: URLSearchParams,
  directory: Pick<ClientDirectory, "isAuthentic">,
): Promise<string> {
  const credentials = readCredentials(c, form);
  if (!(await directory.isAuthentic(credentials))) throw invalidClient();
  return credentials.clientId;
}

function fromForm(form: URLSearchParams): ClientCredentials | undefined {
  const [clientId, secret] = [form.get("client_id"), form.get("client_secret")];
  return clientId && secret ? sound({ clientId, secret }) : undefined;
}

function fromBasic(header: string): ClientCredentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  const pair = Buffer.from(encoded ?? "", "base64").toString();
  const colon = pair.indexOf(":");
  if (colon < 1) return undefined;
  try {
    const decode = (part: string) => decodeURIComponent(part.replaceAll("+", " "));
    return sound({ clientId: decode(pair.slice(0, colon)), secret: decode(pair.slice(colon + 1)) });
  } catch {
    return undefined;
  }
}

/** What can't be one of ours never gets near the database, a NUL character that it refuses included. */
function sound(credentials: ClientCredentials): ClientCredentials | undefined {
  return /^[\x21-\x7e]{1,128}$/.test(credentials.clientId) && /^[\x21-\x7e]{1,256}$/.test(credentials.secret)
    ? credentials
    : undefined;
}
