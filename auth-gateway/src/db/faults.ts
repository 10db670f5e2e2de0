/** Tells failures of the database itself from those of a value or of our own code. */
import { DrizzleQueryError } from "drizzle-orm/errors";
import type { DatabaseFault } from "../request-scope.ts";

/** Connection, resources, operator intervention, system error; cancelled by a timeout; lock not available. */
const UNAVAILABLE = /^(08|53|57P|58|57014$|55P03$|25P03$)/;
/** Malformed values; a missing one, and one that a check refuses. */
const INVALID_DATA = /^(22|23502$|23514$)/;

/** Raised by a trigger on auth.session. */
const ACCOUNT_IN_DELETION = "RG403";

interface ServerError {
  readonly code: string;
  readonly severity: string;
}

/** The error that PostgreSQL itself sent, if there is one below the given error. */
export function findServerError(error: unknown): ServerError | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("severity" in current && "code" in current) {
      if (typeof current.code === "string" && typeof current.severity === "string") {
        return { code: current.code, severity: current.severity };
      }
    }
  }
  return undefined;
}

/** For an error that a driver gave: without an SQLSTATE the connection broke, and a write may have happened. */
export function faultOfDriverError(error: unknown): DatabaseFault | undefined {
  const serverError = findServerError(error);
  if (serverError === undefined) return "unavailable";
  if (serverError.severity === "FATAL" || UNAVAILABLE.test(serverError.code)) return "unavailable";
  if (serverError.code === ACCOUNT_IN_DELETION) return "account_in_deletion";
  return INVALID_DATA.test(serverError.code) ? "invalid_data" : undefined;
}

/** For an error of any origin. */
export function databaseFaultOf(error: unknown): DatabaseFault | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof DrizzleQueryError) return faultOfDriverError(current.cause);
  }
  return undefined;
}
