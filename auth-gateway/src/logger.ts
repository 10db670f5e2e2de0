/** The process's log: JSON lines by pino, errors stripped of data. */
import { type DestinationStream, type Logger, pino } from "pino";
import { describeError, redactText } from "./redaction.ts";
import { currentRequestId } from "./request-scope.ts";

export type { Logger };

export function createLogger(level: string, destination: DestinationStream): Logger {
  const options = {
    level,
    base: { service: "auth-gateway" },
    serializers: { err: (error: unknown) => describeError(error) },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    // What a library logs below a request can so be told apart from what it logs below another.
    mixin: () => ({ requestId: currentRequestId() }),
  };
  return pino(options, destination);
}

type ConsoleLevel = "error" | "warn" | "info" | "debug";

/** Passes a foreign library's log call on: its first text redacted, its errors described, its other values dropped. */
export function logForeign(logger: Logger, level: ConsoleLevel, args: readonly unknown[]): void {
  const message = args.find((arg) => typeof arg === "string");
  const error = args.find((arg) => arg instanceof Error);
  // A failed query's text is followed by its parameters.
  const text = redactText((message ?? "").split(/\n|params:/)[0] ?? "");
  logger[level](error === undefined ? {} : { err: error }, text);
}

/** Libraries print to the console what no log may hold (better-call prints failed queries with their values). */
export function captureConsole(target: Pick<Console, ConsoleLevel | "log">, logger: Logger): void {
  const foreign = logger.child({ source: "console" });
  target.error = (...args: unknown[]) => logForeign(foreign, "error", args);
  target.warn = (...args: unknown[]) => logForeign(foreign, "warn", args);
  target.info = (...args: unknown[]) => logForeign(foreign, "info", args);
  target.log = (...args: unknown[]) => logForeign(foreign, "info", args);
  target.debug = (...args: unknown[]) => logForeign(foreign, "debug", args);
}
