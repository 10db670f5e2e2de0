/** What is being tried, on which account, and which counters it counts in. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import type { Count } from "./counters.ts";
import type { KnownBrowsers } from "./known-browsers.ts";
import { KNOWN_BROWSERS, LIMIT_NAMES, type LimitName, type Limits } from "./limits.ts";
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
  const browserCounts = countKnownBrowser(parts, c, policy, account);
  const addressCount =
    policy.byAddress && count(parts, policy.byAddress, parts.hashSubject("address", c.get("client").prefix));
  const counts = browserCounts ?? [accountCount, addressCount];
  return { c, policy, account, accountCount, counts: counts.filter((one) => one !== undefined) };
}

/** The counter of wrong passwords for an e-mail address. */
export function passwordCount(parts: TryParts, email: string): Count {
  return count(parts, "account", parts.hashSubject("account", email));
}

export function count({ limits }: Pick<TryParts, "limits">, limit: LimitName, subject: string): Count {
  return { name: LIMIT_NAMES[limit], subject, limit: limits[limit] };
}

function countAccount(parts: TryParts, policy: CredentialPolicy, account: string | undefined): Count | undefined {
  if (policy.byAccount === undefined || account === undefined) return undefined;
  const kind = policy.countedApart ?? (policy.account === "session" ? "user" : "account");
  return count(parts, policy.byAccount, parts.hashSubject(kind, account));
}

/**
 * Neither strangers' guesses at the account nor those of neighbours behind the same address stop a known browser. All
 * browsers at one address that are known to the account share its quota: each sign-in gives a new cookie, and whoever has
 * collected many has no more tries with them.
 */
function countKnownBrowser(
  parts: TryParts,
  c: Context<AppEnv>,
  { byAccount, account: kind }: CredentialPolicy,
  account: string | undefined,
): Count[] | undefined {
  if (byAccount !== "account" || kind !== "email" || account === undefined) return undefined;
  const browser = parts.browsers.find(c.req.header("cookie"), account);
  if (browser === undefined) return undefined;
  return [count(parts, "account", parts.hashSubject("browser", browser)), knownAtAddress(parts, c, account)];
}

/** The counter of all browsers that one address has and the account knows. */
export function knownAtAddress(
  parts: Pick<TryParts, "limits" | "hashSubject">,
  c: Context<AppEnv>,
  account: string,
): Count {
  const subject = parts.hashSubject("browser", `${c.get("client").prefix}\0${account}`);
  return { name: KNOWN_BROWSERS, subject, limit: parts.limits.account };
}
