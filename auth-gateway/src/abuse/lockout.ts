/** The owner's way into an account that strangers' guesses have closed: a mailed link that opens one browser's way. */
import type { Context } from "hono";
import { hashOf, newLink } from "../accounts/links.ts";
import type { AppEnv } from "../app-env.ts";
import type { Database } from "../db/database.ts";
import { AppError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Mailer } from "../mail/mailer.ts";
import { noteConcerned } from "../request-scope.ts";
import type { Counters } from "./counters.ts";
import type { KnownBrowsers } from "./known-browsers.ts";
import type { Limits } from "./limits.ts";
import { consumeUnlockLink, insertUnlockLink } from "./queries.ts";
import type { HashSubject } from "./subjects.ts";
import { knownAtAddress } from "./tries.ts";

export interface Lockout {
  /** Whether a closed account's owner is told at all. */
  readonly mailsLink: boolean;
  /** Works in the background: neither the answer nor its time tells whether the account exists. */
  mailLink(account: string): void;
  /**
   * Uses the link up, for a `Set-Cookie` that lets this browser try the account's password again: no session, and the
   * second factor is asked for as ever.
   * @throws {AppError} invalid_link
   */
  unlock(token: string, c: Context<AppEnv>): Promise<string>;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

export interface LockoutParts {
  readonly db: Database;
  readonly mailer: Mailer;
  readonly counters: Counters;
  readonly hashSubject: HashSubject;
  readonly browsers: KnownBrowsers;
  readonly limits: Limits;
  readonly gatewayUrl: string;
  readonly logger: Logger;
}

export function createLockout(parts: LockoutParts): Lockout {
  const underWay = new Set<Promise<void>>();
  return {
    mailsLink: parts.mailer.enabled,
    mailLink(account) {
      if (!parts.mailer.enabled) return;
      const work = mailUnlockLink(parts, account)
        .catch((err: unknown) => parts.logger.warn({ err }, "could not mail the link of a closed account"))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    async unlock(token, c) {
      const account = await consumeUnlockLink(parts.db, hashOf(token));
      if (account === undefined) {
        throw new AppError("invalid_link", "This link has expired or was used already.");
      }
      noteConcerned(account);
      // What the owner's other browsers at this address mistyped does not count against this one.
      await parts.counters.lower([], [knownAtAddress(parts, c, account)]);
      return parts.browsers.remember(c.req.header("cookie"), account, "unlocked");
    },
    async stop() {
      await Promise.all(underWay);
    },
  };
}

async function mailUnlockLink(parts: LockoutParts, account: string): Promise<void> {
  const { db, mailer, counters, hashSubject, limits, gatewayUrl } = parts;
  const subject = hashSubject("account", account);
  if (!(await counters.raise([{ name: "unlock_mail", subject, limit: limits.mailAccount }])).allowed) return;
  const { url, hash } = newLink(gatewayUrl, "unlock");
  await db.transaction(async (tx) => {
    const userId = await insertUnlockLink(tx, { hash, email: account });
    if (userId === undefined) return;
    await mailer.enqueue({ to: account, template: "account-locked", data: { url }, userId });
  });
}
