/** Our own routes of an account's life. Where Better Auth has an endpoint of the same path, ours takes its place. */
import { AUDIT_EVENTS } from "@auth-gateway/shared-schema/audit-events";
import { ERASURE_OPERATIONS } from "./erasure-operations.ts";
import { asset, json, type Operation, object, orNull, page, query, type Schema, text, time } from "./schemas.ts";

const auditEvent = object({
  id: text,
  occurredAt: time,
  kind: { type: "string", enum: Object.keys(AUDIT_EVENTS) },
  title: text,
  reason: orNull(text),
  outcome: { type: "string", enum: ["success", "failure"] },
  addressPrefix: orNull({ type: "string", description: "The /24 or /64 network that the request came from" }),
  client: orNull(text),
  system: orNull(text),
  kid: orNull(text),
  clientId: orNull(text),
  thisSession: { type: "boolean" },
});

const status = json("Done", object({ status: { const: true } }));
const done = (summary: string, body: Schema): Operation => ({
  tag: "Account",
  summary,
  json: body,
  answers: { "200": status },
});
const mailed = (summary: string): Operation => done(summary, object({ email: text }));

export const ACCOUNT_OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST /api/auth/send-verification-email": mailed(
    "Mails a link that confirms an e-mail address; answers the same for any.",
  ),
  "POST /api/auth/request-password-reset": mailed(
    "Mails a link that sets a new password; answers the same for any address.",
  ),
  "POST /api/auth/verify-email": done("Uses the link of a verification mail.", object({ token: text })),
  "POST /api/auth/reset-password": done(
    "Uses the link of a password reset mail; ends all sessions.",
    object({ token: text, newPassword: text }),
  ),
  "POST /api/auth/change-password": {
    tag: "Account",
    summary:
      "Sets a new password by the old one; ends all other sessions. Needs a recent sign-in of those with a second factor.",
    security: "session",
    json: object({ currentPassword: text, newPassword: text, revokeOtherSessions: { type: "boolean" } }, [
      "revokeOtherSessions",
    ]),
    answers: {
      "200": json("The session that takes the old one's place", object({ token: text, user: { type: "object" } })),
    },
  },
  "POST /api/auth/change-email": {
    ...done(
      "Mails a link to the new address, and a notice to the old one; needs a recent sign-in.",
      object({ newEmail: text }),
    ),
    security: "session",
  },
  "POST /api/auth/change-email/confirm": done("Uses the link of an e-mail change.", object({ token: text })),
  "POST /api/auth/unlock": {
    tag: "Sessions",
    summary: "Uses the link of a lockout mail: this browser may try the account's password again.",
    json: object({ token: text }),
    answers: { "200": json("It may", object({ status: { const: true } })) },
  },
  "GET /api/account/events": {
    tag: "Account",
    summary: "What happened to one's own account lately, newest first.",
    security: "session",
    parameters: [
      query("limit", "Events of a page", { type: "integer", minimum: 1, maximum: 100, default: 50 }),
      query("cursor", "nextCursor of the page before", text),
    ],
    answers: {
      "200": json("A page", object({ items: { type: "array", items: auditEvent }, nextCursor: orNull(text) })),
    },
  },
  ...ERASURE_OPERATIONS,
  "GET /account/verify-email": page("Where the link of a verification mail leads."),
  "GET /account/reset-password": page("Where the link of a password reset mail leads."),
  "GET /account/change-email": page("Where the link of an e-mail change leads."),
  "GET /account/unlock": page("Where the link of a lockout mail leads."),
  "GET /account/confirm-deletion": page("Where the link leads that confirms the deletion of an account."),
  "GET /account/undo-deletion": page("Where the link leads that undoes the deletion of an account."),
  "GET /account/account.js": asset("The script of these pages.", "text/javascript"),
  "GET /account/account.css": asset("The style of these pages.", "text/css"),
};
