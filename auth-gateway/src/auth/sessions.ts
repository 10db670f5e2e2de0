/** Who asks: the session of a request, whichever way it travels. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { Auth } from "./better-auth.ts";
import { requestHeadersFor, sessionTransportOf } from "./session-transport.ts";

export interface SessionIdentity {
  readonly userId: string;
  readonly sessionId: string;
  readonly signedInAt: Date;
  readonly hasSecondFactor: boolean;
}

export interface SessionReader {
  /** One query. May prolong the session, and its cookie with it, at most once a day. */
  find(c: Context<AppEnv>): Promise<SessionIdentity | undefined>;
}

export function createSessionReader(auth: Auth): SessionReader {
  return {
    async find(c) {
      const transport = sessionTransportOf(c.req.raw.headers);
      const { response, headers } = await auth.api.getSession({
        headers: requestHeadersFor(c, transport),
        returnHeaders: true,
      });
      if (transport === "cookie") {
        for (const cookie of headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
      }
      if (response === null) return undefined;
      const { user, session } = response;
      // The member is there only where second factors are offered.
      const hasSecondFactor = "twoFactorEnabled" in user && user.twoFactorEnabled === true;
      return { userId: user.id, sessionId: session.id, signedInAt: session.createdAt, hasSecondFactor };
    },
  };
}
