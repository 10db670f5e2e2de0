/** What the audit trail can hold: a closed registry of kinds, and of the reasons that each may have. */

interface AuditEventKind {
  readonly outcome: "success" | "failure";
  readonly title: string;
  /** Empty: the kind says it all. `refused` stands for whatever has no name of its own. */
  readonly reasons: readonly string[];
}

export const AUDIT_EVENTS = {
  sign_up: { outcome: "success", title: "An account was made", reasons: [] },
  sign_up_refused: {
    outcome: "failure",
    title: "An account could not be made",
    reasons: ["account_exists", "password_refused", "values_refused", "origin_refused", "refused"],
  },
  sign_in: {
    outcome: "success",
    title: "Signed in",
    reasons: ["password", "two_factor", "passkey", "social", "verification"],
  },
  sign_in_failed: {
    outcome: "failure",
    title: "A sign-in was refused",
    reasons: [
      "wrong_credentials",
      "email_not_verified",
      "banned",
      "deletion_pending",
      "locked",
      "values_refused",
      "passkey_refused",
      "social_refused",
      "origin_refused",
      "refused",
    ],
  },
  two_factor_challenged: {
    outcome: "success",
    title: "The password was right, a second factor is asked for",
    reasons: [],
  },
  sign_out: { outcome: "success", title: "Signed out", reasons: [] },
  session_revoked: {
    outcome: "success",
    title: "Sessions were ended from another one",
    reasons: ["one", "others", "all"],
  },
  token_refused: {
    outcome: "failure",
    title: "A token was refused",
    reasons: ["session_ended", "unknown_audience", "invalid_client", "invalid_scope", "invalid_token", "refused"],
  },
  token_revoked: { outcome: "success", title: "An access token was revoked", reasons: [] },
  password_changed: { outcome: "success", title: "The password was changed", reasons: [] },
  password_change_failed: {
    outcome: "failure",
    title: "The password could not be changed",
    reasons: ["wrong_credentials", "password_refused", "session_not_fresh", "refused"],
  },
  password_reset_requested: { outcome: "success", title: "A password reset was asked for", reasons: [] },
  password_reset_completed: { outcome: "success", title: "The password was reset by mail", reasons: [] },
  password_reset_failed: {
    outcome: "failure",
    title: "A password reset was refused",
    reasons: ["link_refused", "password_refused", "refused"],
  },
  email_verification_requested: { outcome: "success", title: "A verification mail was asked for", reasons: [] },
  email_verified: { outcome: "success", title: "The e-mail address was verified", reasons: [] },
  email_verification_failed: {
    outcome: "failure",
    title: "A verification link was refused",
    reasons: ["link_refused", "refused"],
  },
  email_change_requested: { outcome: "success", title: "A change of the e-mail address was asked for", reasons: [] },
  email_change_failed: {
    outcome: "failure",
    title: "A change of the e-mail address was refused",
    reasons: ["link_refused", "values_refused", "session_not_fresh", "refused"],
  },
  email_changed: { outcome: "success", title: "The e-mail address was changed", reasons: [] },
  account_locked: {
    outcome: "failure",
    title: "Too many wrong passwords: password sign-in is locked for a while",
    reasons: [],
  },
  account_unlock_failed: {
    outcome: "failure",
    title: "A link that unlocks password sign-in was refused",
    reasons: ["link_refused", "refused"],
  },
  account_unlocked: { outcome: "success", title: "Password sign-in was unlocked by a mailed link", reasons: [] },
  rate_limited: {
    outcome: "failure",
    title: "Too many requests",
    reasons: ["address", "client", "sign_up", "mail_account", "mail_address", "challenges", "reads", "refused"],
  },
  two_factor_enabled: { outcome: "success", title: "Two-factor sign-in was turned on", reasons: [] },
  two_factor_disabled: { outcome: "success", title: "Two-factor sign-in was turned off", reasons: [] },
  two_factor_failed: {
    outcome: "failure",
    title: "A second factor was refused",
    reasons: ["wrong_credentials", "wrong_code", "locked", "session_not_fresh", "refused"],
  },
  backup_codes_generated: { outcome: "success", title: "New backup codes were made", reasons: [] },
  passkey_added: { outcome: "success", title: "A passkey was added", reasons: [] },
  passkey_refused: { outcome: "failure", title: "A passkey could not be added", reasons: ["not_signed_in", "refused"] },
  passkey_removed: { outcome: "success", title: "A passkey was removed", reasons: [] },
  account_linked: { outcome: "success", title: "A social account was linked", reasons: [] },
  account_unlinked: { outcome: "success", title: "A social account was unlinked", reasons: [] },
  freshness_refused: { outcome: "failure", title: "A dangerous action needs a recent sign-in", reasons: [] },
  admin_users_read: { outcome: "success", title: "An administrator looked users up", reasons: [] },
  admin_user_created: { outcome: "success", title: "An administrator made an account", reasons: [] },
  admin_user_changed: { outcome: "success", title: "An administrator changed an account", reasons: [] },
  admin_user_removed: { outcome: "success", title: "An administrator removed an account", reasons: [] },
  admin_user_banned: { outcome: "success", title: "An administrator banned an account", reasons: [] },
  admin_user_unbanned: { outcome: "success", title: "An administrator lifted a ban", reasons: [] },
  admin_role_changed: { outcome: "success", title: "The role of an account was changed", reasons: [] },
  admin_sessions_revoked: {
    outcome: "success",
    title: "An administrator ended sessions of an account",
    reasons: ["one", "all"],
  },
  admin_refused: {
    outcome: "failure",
    title: "An administrative action was refused",
    reasons: ["not_signed_in", "not_admin", "values_refused", "session_not_fresh", "refused"],
  },
  account_deletion_requested: { outcome: "success", title: "The deletion of the account was asked for", reasons: [] },
  account_deletion_scheduled: { outcome: "success", title: "The deletion of the account was confirmed", reasons: [] },
  account_deletion_undone: { outcome: "success", title: "The deletion of the account was undone", reasons: [] },
  account_deletion_refused: {
    outcome: "failure",
    title: "A deletion of the account, or its undoing, was refused",
    reasons: ["wrong_credentials", "session_not_fresh", "link_refused", "values_refused", "refused"],
  },
  account_erased: { outcome: "success", title: "The account was erased", reasons: ["request", "restore"] },
  account_erasure_stuck: { outcome: "failure", title: "The account could not be erased completely", reasons: [] },
  account_exported: { outcome: "success", title: "The account's data were exported", reasons: [] },
  key_created: { outcome: "success", title: "A signing key was made", reasons: [] },
  key_rotated: { outcome: "success", title: "Another key signs now", reasons: [] },
  key_rotation_scheduled: { outcome: "success", title: "A key rotation was scheduled", reasons: [] },
  key_revoked: { outcome: "success", title: "A signing key was revoked", reasons: [] },
  secret_rotated: { outcome: "success", title: "Private keys were encrypted under another secret", reasons: [] },
  client_created: { outcome: "success", title: "A machine client was made", reasons: [] },
  client_secret_rotated: { outcome: "success", title: "A machine client got a new secret", reasons: [] },
  client_revoked: { outcome: "success", title: "A machine client was revoked", reasons: [] },
  origin_refused: {
    outcome: "failure",
    title: "A request with a cookie came from an origin that is not allowed",
    reasons: [],
  },
} as const satisfies Record<string, AuditEventKind>;

export type AuditKind = keyof typeof AUDIT_EVENTS;

export type AuditReason<Kind extends AuditKind = AuditKind> = (typeof AUDIT_EVENTS)[Kind]["reasons"][number];
