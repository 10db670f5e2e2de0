/** Cross-origin access for the listed frontends, with credentials. */
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { AppEnv } from "../app-env.ts";
import {
  SESSION_TRANSPORT_HEADER,
  SET_AUTH_TOKEN_HEADER,
  TWO_FACTOR_CHALLENGE_HEADER,
} from "../auth/session-transport.ts";

const EXPOSED_HEADERS = [
  SET_AUTH_TOKEN_HEADER,
  TWO_FACTOR_CHALLENGE_HEADER,
  "ETag",
  "Retry-After",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
  "x-request-id",
];

/** Seconds for which a browser may remember a preflight answer. */
const PREFLIGHT_MAX_AGE = 600;

export function corsFor(origins: readonly string[]): MiddlewareHandler<AppEnv> {
  return cors({
    origin: [...origins],
    credentials: true,
    allowMethods: ["GET", "HEAD", "POST", "DELETE"],
    allowHeaders: [
      "content-type",
      "authorization",
      "x-request-id",
      SESSION_TRANSPORT_HEADER,
      TWO_FACTOR_CHALLENGE_HEADER,
    ],
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_MAX_AGE,
  });
}
