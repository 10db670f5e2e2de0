/** Errors in the form of OAuth: `{error, error_description}` (RFC 6749, 5.2). */
import type { AppError } from "../errors.ts";
import { errorKind } from "../errors.ts";

export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_token_type"
  | "invalid_scope"
  | "invalid_target"
  | "temporarily_unavailable"
  | "server_error";

/** The message is public. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: OAuthErrorCode, description: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(description);
    this.name = "OAuthError";
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

export function invalidClient(): OAuthError {
  return new OAuthError("invalid_client", "The client is unknown, was revoked, or its secret is wrong.", 401, {
    "www-authenticate": 'Basic realm="auth-gateway", charset="UTF-8"',
  });
}

/** What went wrong elsewhere (a body too large, the database away), in the same form. */
export function oauthErrorResponse(error: OAuthError | AppError): Response {
  const { code, status } = error instanceof OAuthError ? error : translate(error);
  return new Response(JSON.stringify({ error: code, error_description: error.message }), {
    status,
    headers: { ...error.headers, "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" },
  });
}

function translate({ code }: AppError): { code: OAuthErrorCode; status: number } {
  const { status } = errorKind(code);
  // OAuth has no word of its own for a limit that is used up.
  if (status === 503 || status === 429) return { code: "temporarily_unavailable", status };
  return { code: status >= 500 ? "server_error" : "invalid_request", status };
}
