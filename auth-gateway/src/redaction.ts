/** Makes errors and foreign log texts fit for a log: no token, hash, password, e-mail address or SQL value. */

const EMAIL = /[^\s"'<>()=,;:]+@[^\s"'<>()=,;]+/g;
/** Session tokens, signatures, hashes and secrets are all long runs of these characters. */
const OPAQUE = /[A-Za-z0-9+/_%$=.-]{24,}/g;
const REDACTED = "[redacted]";

export function redactText(text: string): string {
  return text.replace(EMAIL, REDACTED).replace(OPAQUE, REDACTED);
}

interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly message?: string;
  readonly frames?: readonly string[];
  readonly cause?: LoggedError;
}

const MAX_CAUSES = 5;

/**
 * An error without the texts that carry data: a failed query's message lists its parameters, and PostgreSQL's message
 * and detail quote the offending value, so of these only the SQLSTATE and the constraint are kept.
 */
export function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = stringMember(error, "code");
  const constraint = stringMember(error, "constraint");
  const aboutData = "query" in error || "severity" in error;
  return {
    type: error.name === "Error" ? error.constructor.name : error.name,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(aboutData ? {} : { message: redactText(error.message) }),
    frames: stackFrames(error),
    ...(error.cause === undefined || depth === MAX_CAUSES ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

function stringMember(value: object, name: string): string | undefined {
  const member: unknown = Reflect.get(value, name);
  return typeof member === "string" && /^[A-Za-z0-9_]{1,64}$/.test(member) ? member : undefined;
}

/** The stack's first lines repeat the message, so only lines that look like frames are kept. */
function stackFrames(error: Error): string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at .+(:\d+:\d+\)?|<anonymous>\)?)$/.test(line));
  return lines.slice(0, 12).map((line) => line.trim());
}
