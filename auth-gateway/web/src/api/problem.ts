/** Everything that can go wrong with a request, as one error that says what happened. */

export interface FieldFault {
  readonly pointer?: string;
  readonly detail: string;
}

/** `status` 0: no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  /** A code of the services' registry, Better Auth's, or one of ours: offline, unreachable, unreadable. */
  readonly code: string;
  /** Seconds after which it may be tried again. */
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;
  readonly faults: readonly FieldFault[];

  constructor(init: {
    status: number;
    code: string;
    message: string;
    retryAfter?: number | undefined;
    requestId?: string | undefined;
    faults?: readonly FieldFault[];
  }) {
    super(init.message);
    this.name = "ApiError";
    this.status = init.status;
    this.code = init.code;
    this.retryAfter = init.retryAfter;
    this.requestId = init.requestId;
    this.faults = init.faults ?? [];
  }
}

/** Nobody answered: because this device is offline, or because the service is away. */
export function unreachable(): ApiError {
  const code = navigator.onLine ? "unreachable" : "offline";
  return new ApiError({ status: 0, code, message: "There was no answer." });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** From a parsed body: RFC 9457 of ours, `{ code, message }` of Better Auth, or anything else. */
export function problemOf(status: number, body: unknown, headers?: Headers): ApiError {
  const fields = isRecord(body) ? body : {};
  const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
  return new ApiError({
    status,
    code: text(fields["code"]) ?? (status === 0 ? "unreachable" : "unreadable"),
    message: text(fields["detail"]) ?? text(fields["message"]) ?? text(fields["title"]) ?? "",
    retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
    requestId: text(fields["requestId"]) ?? headers?.get("x-request-id") ?? undefined,
    faults: Array.isArray(fields["errors"]) ? (fields["errors"] as FieldFault[]) : [],
  });
}

/** From an answer that is no success. */
export async function readAnswer(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  return problemOf(response.status, body, response.headers);
}

/** From whatever was thrown. Faults of the program itself go through as they are. */
export function errorFrom(thrown: unknown): Error {
  if (thrown instanceof ApiError) return thrown;
  // What fetch throws when there is no connection; an aborted one has another name.
  if (thrown instanceof TypeError && /fetch|network|load/i.test(thrown.message)) return unreachable();
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
