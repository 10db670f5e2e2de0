/** Which answers of Better Auth's endpoints, and of every other route, are events: one table, so that none is forgotten. */
import { AUDIT_EVENTS } from "@auth-gateway/shared-schema/audit-events";
import type { RequestScope } from "../request-scope.ts";
import type { AuditEvent, AuditKind, AuditReason } from "./models.ts";

/** What is known of a request once it is answered. */
export interface Outcome {
  /** The route's pattern. */
  readonly path: string;
  readonly status: number;
  /** The `code` of an error body. */
  readonly code: string | undefined;
  /** The limit that a 429 tells of. */
  readonly refusingLimit: string | undefined;
  readonly principalId: string | undefined;
  readonly sessionId: string | undefined;
  /** Whether a session came with the request, live or not. */
  readonly sentCredential: boolean;
  /** Kinds that the code below has recorded itself: it knows better. */
  readonly recorded: ReadonlySet<AuditKind>;
  readonly body: NotedBody;
  /** The machine client that a request says it is. */
  readonly clientId: string | undefined;
  /** Better Auth's answer to a right password of an account with two factors. */
  readonly needsSecondFactor: boolean;
}

export type NotedBody = NonNullable<RequestScope["requestBody"]>;

interface Rule {
  readonly done?: AuditKind;
  readonly doneReason?: AuditReason;
  readonly failed?: AuditKind;
  /** The e-mail of the body names whom it concerns; everybody else is the principal. */
  readonly byEmail?: true;
  /** The body's user id names whom it concerns; the principal did it. */
  readonly byAdmin?: true;
  /** Nothing happened unless the endpoint told who was concerned. */
  readonly needsPrincipal?: true;
}

const administration = (done: AuditKind, doneReason?: AuditReason): Rule => ({
  done,
  failed: "admin_refused",
  byAdmin: true,
  ...(doneReason === undefined ? {} : { doneReason }),
});

const RULES: Readonly<Record<string, Rule>> = {
  "/sign-up/email": { done: "sign_up", failed: "sign_up_refused", byEmail: true },
  "/sign-in/email": { done: "sign_in", doneReason: "password", failed: "sign_in_failed", byEmail: true },
  "/sign-in/social": { failed: "sign_in_failed" },
  "/callback/:id": { failed: "sign_in_failed" },
  "/passkey/verify-authentication": { done: "sign_in", doneReason: "passkey", failed: "sign_in_failed" },
  "/two-factor/verify-totp": { done: "sign_in", doneReason: "two_factor", failed: "two_factor_failed" },
  "/two-factor/verify-backup-code": { done: "sign_in", doneReason: "two_factor", failed: "two_factor_failed" },
  "/sign-out": { done: "sign_out", needsPrincipal: true },
  "/revoke-session": { done: "session_revoked", doneReason: "one" },
  "/revoke-other-sessions": { done: "session_revoked", doneReason: "others" },
  "/revoke-sessions": { done: "session_revoked", doneReason: "all" },
  "/change-password": { done: "password_changed", failed: "password_change_failed" },
  "/request-password-reset": { done: "password_reset_requested", byEmail: true },
  "/reset-password": { done: "password_reset_completed", failed: "password_reset_failed" },
  "/send-verification-email": { done: "email_verification_requested", byEmail: true },
  "/verify-email": { done: "email_verified", failed: "email_verification_failed" },
  "/change-email/confirm": { done: "email_changed", failed: "email_change_failed" },
  "/change-email": { done: "email_change_requested", failed: "email_change_failed" },
  "/two-factor/enable": { failed: "two_factor_failed" },
  "/two-factor/disable": { done: "two_factor_disabled", failed: "two_factor_failed" },
  "/two-factor/get-totp-uri": { failed: "two_factor_failed" },
  "/two-factor/generate-backup-codes": { done: "backup_codes_generated", failed: "two_factor_failed" },
  "/passkey/verify-registration": { done: "passkey_added", failed: "passkey_refused" },
  "/passkey/delete-passkey": { done: "passkey_removed" },
  "/unlink-account": { done: "account_unlinked" },
  "/admin/list-users": administration("admin_users_read"),
  "/admin/get-user": administration("admin_users_read"),
  "/admin/list-user-sessions": administration("admin_users_read"),
  "/admin/create-user": administration("admin_user_created"),
  "/admin/update-user": administration("admin_user_changed"),
  "/admin/remove-user": administration("admin_user_removed"),
  "/admin/ban-user": administration("admin_user_banned"),
  "/admin/unban-user": administration("admin_user_unbanned"),
  "/admin/set-role": administration("admin_role_changed"),
  "/admin/revoke-user-session": administration("admin_sessions_revoked", "one"),
  "/admin/revoke-user-sessions": administration("admin_sessions_revoked", "all"),
  "/token": { failed: "token_refused" },
  "/oauth2/token": { failed: "token_refused" },
  "/oauth2/introspect": { failed: "token_refused" },
  "/oauth2/revoke": { done: "token_revoked", failed: "token_refused" },
  "/api/account/deletion/confirm": { done: "account_deletion_scheduled", failed: "account_deletion_refused" },
  "/api/account/deletion/undo": { done: "account_deletion_undone", failed: "account_deletion_refused" },
  "/unlock": { done: "account_unlocked", failed: "account_unlock_failed", byEmail: true },
};

/** Better Auth's codes and ours; a code that is not here is `refused`. */
const REASONS: Readonly<Record<string, AuditReason>> = {
  INVALID_EMAIL_OR_PASSWORD: "wrong_credentials",
  INVALID_PASSWORD: "wrong_credentials",
  EMAIL_NOT_VERIFIED: "email_not_verified",
  BANNED_USER: "banned",
  account_in_deletion: "deletion_pending",
  ACCOUNT_TEMPORARILY_LOCKED: "locked",
  USER_ALREADY_EXISTS: "account_exists",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "account_exists",
  PASSWORD_TOO_SHORT: "password_refused",
  PASSWORD_TOO_LONG: "password_refused",
  PASSWORD_COMPROMISED: "password_refused",
  password_breached: "password_refused",
  VALIDATION_ERROR: "values_refused",
  INVALID_EMAIL: "values_refused",
  INVALID_PROFILE: "values_refused",
  invalid_request: "values_refused",
  INVALID_TOKEN: "link_refused",
  TOKEN_EXPIRED: "link_refused",
  INVALID_CODE: "wrong_code",
  INVALID_BACKUP_CODE: "wrong_code",
  INVALID_TWO_FACTOR_COOKIE: "wrong_code",
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: "locked",
  CHALLENGE_NOT_FOUND: "passkey_refused",
  PASSKEY_NOT_FOUND: "passkey_refused",
  AUTHENTICATION_FAILED: "passkey_refused",
  PROVIDER_NOT_FOUND: "social_refused",
  INVALID_ORIGIN: "origin_refused",
  MISSING_OR_NULL_ORIGIN: "origin_refused",
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: "origin_refused",
  SESSION_NOT_FRESH: "session_not_fresh",
  UNAUTHORIZED: "not_signed_in",
  authentication_required: "session_ended",
  unknown_audience: "unknown_audience",
  invalid_target: "unknown_audience",
  invalid_client: "invalid_client",
  unauthorized_client: "invalid_client",
  invalid_scope: "invalid_scope",
  invalid_link: "link_refused",
};

const PREFIX = "/api/auth";
const CALLBACK = `${PREFIX}/callback/:id`;

/** The event that an answer stands for, unless it stands for none. */
export function eventOf(outcome: Outcome): AuditEvent | undefined {
  const event = candidate(outcome);
  return event === undefined || outcome.recorded.has(event.kind) ? undefined : event;
}

function candidate(outcome: Outcome): AuditEvent | undefined {
  const { status, code, path } = outcome;
  if (code === "account_locked") return { kind: "account_locked", ...concernedBy({ byEmail: true }, outcome) };
  if (status === 429 && outcome.refusingLimit !== undefined) {
    return { kind: "rate_limited", reason: limitReason(outcome.refusingLimit), clientId: outcome.clientId };
  }
  if (code === "session_not_fresh") return { kind: "freshness_refused" };
  if (code === "origin_not_allowed") return { kind: "origin_refused" };
  const rule = RULES[path.startsWith(PREFIX) ? path.slice(PREFIX.length) : path];
  // A 404 or 405 never reached an endpoint; a 5xx is our own failure, and stands in the log.
  if (rule === undefined || status === 404 || status === 405 || status >= 500) return undefined;
  if (path === CALLBACK && status < 400) return eventOfCallback(outcome);
  return status < 400 ? successOf(rule, outcome) : failureOf(rule, outcome);
}

/** A provider's answer is always a redirect: whether it was good shows in what came of it. */
function eventOfCallback({ principalId, sessionId }: Outcome): AuditEvent {
  if (principalId === undefined) return { kind: "sign_in_failed", reason: "social_refused" };
  return sessionId === undefined ? { kind: "account_linked" } : { kind: "sign_in", reason: "social" };
}

function successOf(rule: Rule, outcome: Outcome): AuditEvent | undefined {
  if (rule.done === undefined || (rule.needsPrincipal && outcome.principalId === undefined)) return undefined;
  if (outcome.needsSecondFactor) return { kind: "two_factor_challenged", email: outcome.body.email };
  // With SIGN_UP=verify the answer looks the same, and only the code below knows that the address was taken.
  if (rule.done === "sign_up" && outcome.recorded.has("sign_up_refused")) return undefined;
  // The code that made the first factor's app the account's second one has told so.
  if (rule.doneReason === "two_factor" && outcome.recorded.has("two_factor_enabled")) return undefined;
  const reason = rule.doneReason === undefined ? {} : { reason: rule.doneReason };
  return { kind: rule.done, ...reason, clientId: outcome.clientId, ...concernedBy(rule, outcome) };
}

function failureOf(rule: Rule, outcome: Outcome): AuditEvent | undefined {
  if (rule.failed === undefined) return undefined;
  // Whoever brings no session to what needs one was refused nothing that was theirs.
  const anonymous = outcome.status === 401 && !outcome.sentCredential && outcome.body.email === undefined;
  if (anonymous && (rule.failed === "token_refused" || rule.failed === "password_change_failed")) return undefined;
  const reason = reasonFor(rule.failed, outcome.code);
  return { kind: rule.failed, reason, clientId: outcome.clientId, ...concernedBy(rule, outcome) };
}

function concernedBy(rule: Rule, { body, principalId }: Outcome): Pick<AuditEvent, "userId" | "email" | "actorId"> {
  if (rule.byAdmin) return { userId: body.userId ?? principalId, actorId: principalId };
  return rule.byEmail && principalId === undefined ? { email: body.email } : {};
}

function limitReason(limit: string): AuditReason<"rate_limited"> {
  return AUDIT_EVENTS.rate_limited.reasons.find((reason) => reason === limit) ?? "refused";
}

/** The reason that a code stands for, if the kind may have it. */
export function reasonFor(kind: AuditKind, code: string | undefined): AuditReason {
  const allowed: readonly string[] = AUDIT_EVENTS[kind].reasons;
  const reason = REASONS[code ?? ""];
  if (reason !== undefined && allowed.includes(reason)) return reason;
  return kind === "admin_refused" && code?.startsWith("YOU_ARE_NOT_ALLOWED") ? "not_admin" : "refused";
}
