/** The routes of `/api/account` in words. */
import { json, type Operation, object, orNull, text, time } from "./schemas.ts";

const when = {
  type: "string",
  enum: ["grace", "now"],
  default: "grace",
  description: "`now` leaves no time to undo it",
} as const;

const user = object({
  id: text,
  name: text,
  email: text,
  emailVerified: { type: "boolean" },
  image: orNull(text),
  role: orNull(text),
  twoFactorEnabled: { type: "boolean" },
  createdAt: time,
});

const deletion = object({
  status: { type: "string", enum: ["confirm", "scheduled", "stuck"] },
  requestedAt: time,
  erasesAt: orNull(time),
});

export const ERASURE_OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET /api/account": {
    tag: "Account",
    summary: "One's own account: profile, whether it has a password, and a deletion that was asked for.",
    security: "session",
    answers: {
      "200": json("The account", object({ user, deletion: orNull(deletion), passwordSet: { type: "boolean" } })),
    },
  },
  "DELETE /api/account": {
    tag: "Account",
    summary: "Asks for the deletion of one's own account; needs the password or a sign-in of the last ten minutes.",
    security: "session",
    json: object({ password: text, when }, ["password", "when"]),
    answers: {
      "202": json(
        "`confirm`: a mailed link confirms it. `scheduled`: all sessions have ended, and it is erased at that time",
        object(
          {
            status: { type: "string", enum: ["confirm", "scheduled"] },
            receiptId: { ...text, description: "Names the receipt of the erasure" },
            erasesAt: orNull(time),
            undoUrl: { ...text, description: "Where no mail can bring it: the link that undoes it, shown once" },
          },
          ["undoUrl"],
        ),
      ),
    },
  },
  "GET /api/account/export": {
    tag: "Account",
    summary: "What the gateway holds about oneself, as a ZIP of JSON Lines; its manifest comes last.",
    security: "session",
    answers: {
      "200": { description: "The file", type: "application/zip", schema: { type: "string", format: "binary" } },
    },
  },
  "POST /api/account/deletion/confirm": {
    tag: "Account",
    summary: "Uses the link that confirms a deletion: all sessions and tokens end at once.",
    json: object({ token: text }),
    answers: { "200": json("It is scheduled", object({ status: { const: "scheduled" }, erasesAt: time })) },
  },
  "POST /api/account/deletion/undo": {
    tag: "Account",
    summary: "Uses the link that undoes a deletion: the account stays as it was, without sessions.",
    json: object({ token: text }),
    answers: { "200": json("It stays", object({ status: { const: true } })) },
  },
};
