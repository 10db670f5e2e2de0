/** What is left to decide once Better Auth has answered: whether the answer still holds, and what it may tell. */
import type { AuditRecorder } from "../audit/models.ts";
import type { Database } from "../db/database.ts";
import { AppError } from "../errors.ts";
import { currentRequestScope } from "../request-scope.ts";
import { confirmSignIn } from "./queries.ts";

type Ask = () => Promise<Response>;

/** Stands around an endpoint: it may ask once more, or answer otherwise. By the endpoint's path. */
export type Settlements = Readonly<Record<string, (ask: Ask) => Promise<Response>>>;

export interface SettlementParts {
  readonly db: Database;
  readonly audit: AuditRecorder;
  /** Whether nobody may learn which addresses have accounts. */
  readonly tellsNothing: boolean;
}

export function createSettlements(parts: SettlementParts): Settlements {
  const withCode = (ask: Ask) => settleCode(parts, ask);
  return {
    "/sign-up/email": settleSignUp,
    "/sign-in/email": (ask) => settleSignIn(parts, ask),
    "/two-factor/verify-totp": withCode,
    "/two-factor/verify-backup-code": withCode,
    ...(parts.tellsNothing ? { "/callback/:id": settleCallback } : {}),
  };
}

/** Of two sign-ups with one address the slower fails at the unique key, and finds the account when it is repeated. */
async function settleSignUp(ask: Ask): Promise<Response> {
  const answer = await ask();
  return (await codeOf(answer)) === "FAILED_TO_CREATE_USER" ? ask() : answer;
}

/** A password that was changed while it was being checked is checked against the new one. */
async function settleSignIn(parts: SettlementParts, ask: Ask): Promise<Response> {
  for (let tries = 0; tries < 2; tries++) {
    const answer = await ask();
    if (!answer.ok) return parts.tellsNothing ? refuseAlike(parts.audit, answer) : answer;
    const scope = currentRequestScope();
    if (await isConfirmed(parts.db, scope?.provedHash === undefined ? undefined : { hash: scope.provedHash })) {
      return answer;
    }
  }
  throw new AppError("unavailable", "The password is being changed at the moment. Try again shortly.", {
    headers: { "retry-after": "1" },
  });
}

/** The code is used up, so there is nothing to repeat. A code of somebody signed in already makes no session. */
async function settleCode({ db }: SettlementParts, ask: Ask): Promise<Response> {
  const answer = await ask();
  const since = currentRequestScope()?.challengedAt;
  if (!answer.ok || since === undefined || (await isConfirmed(db, { since }))) return answer;
  return refusal(401, "INVALID_TWO_FACTOR_COOKIE", "The password was changed meanwhile. Sign in again.");
}

async function isConfirmed(
  db: Database,
  proof: { readonly hash?: string; readonly since?: Date } | undefined,
): Promise<boolean> {
  const { principalId: userId, sessionId } = currentRequestScope() ?? {};
  if (proof === undefined || userId === undefined) throw new Error("a sign-in did not tell whose it is");
  return confirmSignIn(db, { userId, sessionId, ...proof });
}

/** Told for a wrong password and for a right one of an address that was never confirmed: anybody can have set that one. */
const WRONG = "The e-mail address or the password is not right, or the address is not confirmed yet.";

async function refuseAlike(audit: AuditRecorder, answer: Response): Promise<Response> {
  const code = await codeOf(answer);
  if (code === "EMAIL_NOT_VERIFIED") {
    const email = currentRequestScope()?.requestBody?.email;
    audit.record({ kind: "sign_in_failed", reason: "email_not_verified", email });
  } else if (code !== "INVALID_EMAIL_OR_PASSWORD") return answer;
  return refusal(401, "INVALID_EMAIL_OR_PASSWORD", WRONG);
}

/** What a provider did not confirm must not tell whether there is an account with that address. */
const TELLING = /([?&]error=)(?:account_not_linked|email_not_verified)(?=[&#]|$)/;

async function settleCallback(ask: Ask): Promise<Response> {
  const answer = await ask();
  const location = answer.headers.get("location");
  if (location !== null) answer.headers.set("location", location.replace(TELLING, "$1sign_in_refused"));
  return answer;
}

async function codeOf(answer: Response): Promise<string | undefined> {
  if (answer.ok) return undefined;
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined);
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string"
    ? body.code
    : undefined;
}

/** In Better Auth's shape, which its client reads. */
function refusal(status: 401, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}
