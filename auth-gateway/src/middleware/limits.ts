/** Bounds on what one request may take: body size and time. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../app-env.ts";
import { AppError, timedOut } from "../errors.ts";

/** Bytes; the largest body we expect is a sign-up of a few hundred. */
export const MAX_BODY_BYTES = 32 * 1024;

export function limitBody(): MiddlewareHandler<AppEnv> {
  return bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new AppError("payload_too_large", `A request body may have at most ${MAX_BODY_BYTES} bytes.`);
    },
  });
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
