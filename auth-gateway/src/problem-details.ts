/** Error answers in the one shape of both services (RFC 9457). */
import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";
import { AppError, errorKind } from "./errors.ts";

interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  /** Repeats `detail` under /api/auth, where Better Auth's client looks for it. */
  readonly message?: string;
}

function problemDetails(error: AppError, requestId: string, path: string): ProblemDetails {
  const { status, title } = errorKind(error.code);
  return {
    type: `urn:auth-gateway:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(path.startsWith("/api/auth/") ? { message: error.message } : {}),
  };
}

export function problemResponse(c: Context<AppEnv>, error: AppError): Response {
  const problem = problemDetails(error, c.get("requestId"), c.req.path);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...error.headers, "content-type": "application/problem+json" },
  });
}

/** An unknown error's text is never sent: it may hold the SQL and its values. */
export function internalError(cause: unknown): AppError {
  return new AppError("internal_error", "Something went wrong on our side. The request id helps us find out what.", {
    cause,
  });
}
