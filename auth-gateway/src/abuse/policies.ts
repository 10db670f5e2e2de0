/** Which limits hold for which route, whether it hashes, and which new password it sets. */
import type { Route } from "../routing.ts";
import type { LimitName } from "./limits.ts";

export interface CredentialPolicy {
  readonly hashes: boolean;
  /**
   * `failures`: a try that succeeds is given back, so only wrong guesses add up. `attempts`: each one counts. `none`: it is
   * no guess, and somebody privileged makes it.
   */
  readonly counts: "failures" | "attempts" | "none";
  readonly byAddress?: LimitName;
  readonly byAccount?: LimitName;
  /** Who the account is: named in the body, or the one whose session comes along. */
  readonly account: "email" | "session" | "none";
  /** Counted for the account by itself, so that nothing else that mails to it uses its quota up. */
  readonly countedApart?: "reset";
  readonly setsPassword?: "password" | "newPassword";
  /** It is the way in: success makes the browser a known one. */
  readonly signsIn?: boolean;
}

const passwordOfSession: CredentialPolicy = {
  hashes: true,
  counts: "failures",
  byAddress: "address",
  byAccount: "account",
  account: "session",
};

const mails: CredentialPolicy = {
  hashes: false,
  counts: "attempts",
  byAddress: "mailAddress",
  byAccount: "mailAccount",
  account: "email",
};

/** Better Auth keeps count of wrong codes for each account itself; a link is known to nobody but its reader. */
const guess: CredentialPolicy = { hashes: false, counts: "failures", byAddress: "address", account: "none" };

/** Each one is a row that waits for its answer. */
const begins: CredentialPolicy = { hashes: false, counts: "attempts", byAddress: "challenges", account: "none" };

const PASSKEY_OPTIONS = "/api/auth/passkey/generate-authenticate-options";

const administration: CredentialPolicy = { hashes: true, counts: "none", account: "none" };

export const CREDENTIAL_POLICIES: Readonly<Record<string, CredentialPolicy>> = {
  "/api/auth/sign-in/social": begins,
  [PASSKEY_OPTIONS]: begins,
  "/api/auth/sign-in/email": {
    hashes: true,
    counts: "failures",
    byAddress: "address",
    byAccount: "account",
    account: "email",
    signsIn: true,
  },
  "/api/auth/sign-up/email": {
    hashes: true,
    counts: "attempts",
    byAddress: "signUp",
    byAccount: "mailAccount",
    account: "email",
    setsPassword: "password",
    signsIn: true,
  },
  "/api/auth/reset-password": {
    hashes: true,
    counts: "failures",
    byAddress: "address",
    account: "none",
    setsPassword: "newPassword",
  },
  "/api/auth/change-password": { ...passwordOfSession, setsPassword: "newPassword" },
  "/api/auth/verify-password": passwordOfSession,
  "/api/auth/two-factor/enable": passwordOfSession,
  "/api/auth/two-factor/disable": passwordOfSession,
  "/api/auth/two-factor/get-totp-uri": passwordOfSession,
  "/api/auth/two-factor/generate-backup-codes": passwordOfSession,
  "/api/auth/delete-user": passwordOfSession,
  "/api/account": passwordOfSession,
  "/api/auth/two-factor/verify-totp": guess,
  "/api/auth/two-factor/verify-otp": guess,
  "/api/auth/two-factor/verify-backup-code": guess,
  "/api/auth/passkey/verify-authentication": guess,
  "/api/auth/verify-email": guess,
  "/api/auth/change-email/confirm": guess,
  "/api/auth/unlock": guess,
  "/api/account/deletion/confirm": guess,
  "/api/account/deletion/undo": guess,
  // The owner's way back in: whoever uses this quota up has had as many links mailed to the owner.
  "/api/auth/request-password-reset": { ...mails, countedApart: "reset" },
  "/api/auth/send-verification-email": mails,
  "/api/auth/change-email": { ...mails, account: "session" },
  "/api/auth/admin/create-user": { ...administration, setsPassword: "password" },
  "/api/auth/admin/set-user-password": { ...administration, setsPassword: "newPassword" },
};

/** A GET changes nothing and is not limited here, but for the one that makes a challenge. */
export function policyOf({ method, path }: Pick<Route, "method" | "path">): CredentialPolicy | undefined {
  return method !== "GET" || path === PASSKEY_OPTIONS ? CREDENTIAL_POLICIES[path] : undefined;
}

/** Where machines prove who they are. */
export const MACHINE_ROUTES: ReadonlySet<string> = new Set(["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"]);

/** Asked for all the time and cheap to answer; each process limits them for itself. */
export const READS: ReadonlySet<string> = new Set([
  "/api/auth/get-session",
  "/api/auth/token",
  "/.well-known/jwks.json",
]);
