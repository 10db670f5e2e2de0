/** Watches every request from outside, and records the event that its answer stands for. */
import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { z } from "zod";
import type { AppEnv } from "../app-env.ts";
import { readMembers } from "../request-body.ts";
import { currentRequestScope, noteClient } from "../request-scope.ts";
import type { AuditRecorder } from "./models.ts";
import { eventOf, type NotedBody } from "./rules.ts";

const notedBody = z
  .object({
    email: z.string().max(320).optional().catch(undefined),
    userId: z.string().max(64).optional().catch(undefined),
  })
  .transform(
    ({ email, userId }): NotedBody => ({
      ...(email === undefined ? {} : { email }),
      ...(userId === undefined ? {} : { userId }),
    }),
  )
  .catch({});

const errorBody = z.object({ code: z.string().optional().catch(undefined) }).catch({});

/** The outermost: it sees every answer, whichever part of the gateway gave it. */
export function auditRequests(recorder: AuditRecorder): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    noteClient(c.get("client").address, c.req.header("user-agent"));
    await next();
    const scope = currentRequestScope();
    if (scope === undefined) return;
    const event = eventOf({
      path: routePath(c, -1),
      status: c.res.status,
      code: await codeOf(c),
      refusingLimit: scope.refusingLimit,
      principalId: scope.principalId,
      sessionId: scope.sessionId,
      sentCredential: c.req.header("authorization") !== undefined || c.req.header("cookie") !== undefined,
      recorded: scope.auditedKinds,
      body: scope.requestBody ?? {},
      clientId: clientIdOf(c.req.header("authorization")),
      needsSecondFactor: scope.secondFactorAsked ?? false,
    });
    if (event !== undefined) recorder.record(event);
  };
}

/** Behind the limit of the body's size: keeps the members that say whom a request of Better Auth's is about. */
export function noteRequestBody(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const scope = currentRequestScope();
    if (scope !== undefined && c.req.path.startsWith("/api/auth/")) {
      scope.requestBody = notedBody.parse(await readMembers(c));
    }
    await next();
  };
}

async function codeOf(c: Context<AppEnv>): Promise<string | undefined> {
  if (c.error !== undefined && "code" in c.error && typeof c.error.code === "string") return c.error.code;
  if (c.res.status < 400 || c.res.status >= 500) return undefined;
  return errorBody.parse(parseJson(await c.res.clone().text())).code;
}

const CLIENT_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The user of HTTP Basic (RFC 6749, 2.3.1), if it can be a client's id. */
function clientIdOf(authorization: string | undefined): string | undefined {
  const [, credentials] = /^basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "") ?? [];
  const [id = ""] = Buffer.from(credentials ?? "", "base64")
    .toString()
    .split(":");
  return CLIENT_ID.test(id) ? id : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
