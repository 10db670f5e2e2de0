/** Domain errors: a code of the registry and a public text; the edge turns them into HTTP. */
import registry from "@auth-gateway/shared-schema/errors.json" with { type: "json" };

export type ErrorCode = keyof typeof registry;

export interface ErrorKind {
  readonly status: number;
  readonly title: string;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The message is public; what only the log may know belongs in `cause`. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.headers = options.headers ?? {};
  }
}

export function errorKind(code: ErrorCode): ErrorKind {
  return registry[code];
}

/** Seconds after which a client may try again; a suspended database wakes up well within it. */
const RETRY_AFTER = { "retry-after": "2" };

export function databaseUnavailable(cause?: unknown): AppError {
  return new AppError("database_unavailable", "The database can't be reached at the moment. Try again shortly.", {
    cause,
    headers: RETRY_AFTER,
  });
}

export function signInFirst(): AppError {
  return new AppError("authentication_required", "No session came with the request, or it has ended. Sign in first.", {
    headers: { "www-authenticate": "Bearer" },
  });
}

/** Told to whoever has proved to be the owner, and to nobody else. */
export function accountInDeletion(cause?: unknown): AppError {
  return new AppError(
    "account_in_deletion",
    "This account is about to be deleted. To keep it, use the link that was given out when the deletion was confirmed.",
    { cause },
  );
}

export function keysUnavailable(): AppError {
  return new AppError("keys_unavailable", "Tokens can't be signed at the moment. Try again shortly.", {
    headers: RETRY_AFTER,
  });
}

export function timedOut(): AppError {
  return new AppError("unavailable", "The request took too long. Try again shortly.", { headers: RETRY_AFTER });
}
