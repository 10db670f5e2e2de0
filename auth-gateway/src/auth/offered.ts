/** Better Auth's endpoints that this gateway offers; a new version's others stay unreachable until they are listed. */
import type { Config } from "../config.ts";
import type { Route } from "../routing.ts";

export interface OfferedEndpoint extends Pick<Route, "method" | "path"> {
  /** Asks for a recent sign-in: what it changes would let a thief of the session stay, or lock the owner out. */
  readonly fresh?: true;
  /** Asks those with a second factor for it: the password that comes along stands in for a recent sign-in of the others only. */
  readonly freshWithSecondFactor?: true;
}

const get = (path: string): OfferedEndpoint => ({ method: "GET", path });
const post = (path: string): OfferedEndpoint => ({ method: "POST", path });
const dangerous = (path: string): OfferedEndpoint => ({ method: "POST", path, fresh: true });

const ALWAYS: readonly OfferedEndpoint[] = [
  post("/sign-up/email"),
  post("/sign-in/email"),
  post("/sign-out"),
  get("/get-session"),
  get("/list-sessions"),
  post("/revoke-session"),
  post("/revoke-sessions"),
  post("/revoke-other-sessions"),
  post("/update-user"),
  { method: "POST", path: "/change-password", freshWithSecondFactor: true },
];

const WITH_MAIL: readonly OfferedEndpoint[] = [
  post("/send-verification-email"),
  post("/verify-email"),
  post("/request-password-reset"),
  post("/reset-password"),
  dangerous("/change-email"),
  post("/change-email/confirm"),
];

/** There is no impersonation, no password set by somebody else, and no deletion beside the account's own. */
const ADMINISTRATION: readonly OfferedEndpoint[] = [
  get("/admin/list-users"),
  get("/admin/get-user"),
  post("/admin/list-user-sessions"),
  post("/admin/revoke-user-session"),
  post("/admin/revoke-user-sessions"),
  dangerous("/admin/ban-user"),
  dangerous("/admin/unban-user"),
  dangerous("/admin/set-role"),
];

const WITH_TWO_FACTOR: readonly OfferedEndpoint[] = [
  dangerous("/two-factor/enable"),
  dangerous("/two-factor/disable"),
  dangerous("/two-factor/get-totp-uri"),
  dangerous("/two-factor/generate-backup-codes"),
  post("/two-factor/verify-totp"),
  post("/two-factor/verify-backup-code"),
];

const WITH_SOCIAL: readonly OfferedEndpoint[] = [
  post("/sign-in/social"),
  get("/callback/:id"),
  get("/list-accounts"),
  dangerous("/link-social"),
  dangerous("/unlink-account"),
];

const WITH_PASSKEYS: readonly OfferedEndpoint[] = [
  { method: "GET", path: "/passkey/generate-register-options", fresh: true },
  dangerous("/passkey/verify-registration"),
  get("/passkey/generate-authenticate-options"),
  post("/passkey/verify-authentication"),
  get("/passkey/list-user-passkeys"),
  post("/passkey/update-passkey"),
  dangerous("/passkey/delete-passkey"),
];

export function offeredEndpoints(config: Config): OfferedEndpoint[] {
  return [
    ...ALWAYS,
    ...(config.mail === undefined ? [] : WITH_MAIL),
    ...ADMINISTRATION,
    ...(config.twoFactor ? WITH_TWO_FACTOR : []),
    ...(Object.values(config.social).some((provider) => provider !== undefined) ? WITH_SOCIAL : []),
    ...(config.passkeyDomain === undefined ? [] : WITH_PASSKEYS),
  ];
}
