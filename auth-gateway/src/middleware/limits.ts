/** Bounds on what one request may take: body size and time. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../app-env.ts";
import { AppError, timedOut } from "../errors.ts";

/** Bytes; the largest body we expect is a sign-up of a few hundred. */
export const MAX_BODY_BYTES = 32 * 1024;

/** Leaves a body of declared length unread: looking at it as a stream costs more than all that is done before. */
export function limitBody(): MiddlewareHandler<AppEnv> {
  const limitStream = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: refuseBody });
  return (c, next) => {
    if (c.req.header("transfer-encoding") !== undefined) return limitStream(c, next);
    // HTTP/1.1: without either header there is no body, and the parser holds the sender to the declared length.
    if (Number(c.req.header("content-length") ?? 0) > MAX_BODY_BYTES) refuseBody();
    return next();
  };
}

function refuseBody(): never {
  throw new AppError("payload_too_large", `A request body may have at most ${MAX_BODY_BYTES} bytes.`);
}

/** The work goes on in the background, bounded by the database's own timeouts. */
export function limitTime(milliseconds: number): MiddlewareHandler<AppEnv> {
  return async (_c, next) => {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(timedOut()), milliseconds);
    });
    try {
      await Promise.race([next(), expired]);
    } finally {
      clearTimeout(timer);
    }
  };
}
