/** What is being tried, on which account, and which counters it counts in. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { Count } from "./counters.ts";
import type { KnownBrowsers } from "./known-browsers.ts";
import { LIMIT_NAMES, type LimitName, type Limits } from "./limits.ts";
import type { CredentialPolicy } from "./policies.ts";
import type { HashSubject } from "./subjects.ts";

export interface Try {
  readonly c: Context<AppEnv>;
  readonly policy: CredentialPolicy;
  /** The e-mail address, or the user's id where a session comes along. */
  readonly account: string | undefined;
  readonly counts: readonly Count[];
  /** The account's own counter, even when a known browser's is used instead. */
  readonly accountCount: Count | undefined;
}

export interface TryParts {
  readonly limits: Limits;
  readonly hashSubject: HashSubject;
  readonly browsers: KnownBrowsers;
}

export function describeTry(
  parts: TryParts,
  c: Context<AppEnv>,
  policy: CredentialPolicy,
  account: string | undefined,
): Try {
  const accountCount = countAccount(parts, policy, account);
  const browserCount = countKnownBrowser(parts, c, policy, account);
  const addressCount =
    policy.byAddress && count(parts, policy.byAddress, parts.hashSubject("address", c.get("client").prefix));
  const counts = browserCount === undefined ? [accountCount, addressCount] : [browserCount];
  return { c, policy, account, accountCount, counts: counts.filter((one) => one !== undefined) };
}

/** The counter of wrong passwords for an e-mail address. */
export function passwordCount(parts: TryParts, email: string): Count {
  return count(parts, "account", parts.hashSubject("account", email));
}

function count({ limits }: TryParts, limit: LimitName, subject: string): Count {
  return { name: LIMIT_NAMES[limit], subject, limit: limits[limit] };
}

function countAccount(parts: TryParts, policy: CredentialPolicy, account: string | undefined): Count | undefined {
  if (policy.byAccount === undefined || account === undefined) return undefined;
  return count(parts, policy.byAccount, parts.hashSubject(policy.account === "session" ? "user" : "account", account));
}

/** Neither strangers' guesses at the account nor those of neighbours behind the same address stop a known browser. */
function countKnownBrowser(
  parts: TryParts,
  c: Context<AppEnv>,
  { byAccount, account: kind }: CredentialPolicy,
  account: string | undefined,
): Count | undefined {
  if (byAccount !== "account" || kind !== "email" || account === undefined) return undefined;
  const browser = parts.browsers.find(c.req.header("cookie"), account);
  return browser === undefined ? undefined : count(parts, "account", parts.hashSubject("browser", browser));
}
