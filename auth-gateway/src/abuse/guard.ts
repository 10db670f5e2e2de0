/** Stands in front of the routes that abuse can hurt: limits, breached passwords, and admission to what hashes. */
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { sessionTransportOf } from "../auth/session-transport.ts";
import type { SessionReader } from "../auth/sessions.ts";
import { AppError, errorKind } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { currentRequestScope } from "../request-scope.ts";
import type { Route } from "../routing.ts";
import type { BreachedPasswords } from "./breached-passwords.ts";
import type { Attempt, Count, Counters } from "./counters.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import type { HashGate } from "./hash-gate.ts";
import { isOfAccount } from "./limits.ts";
import type { Lockout } from "./lockout.ts";
import { limitGuessedSecrets } from "./machines.ts";
import { type CredentialPolicy, MACHINE_ROUTES, policyOf, READS } from "./policies.ts";
import type { ReadBucket } from "./read-bucket.ts";
import { rateLimitHeaders, refusalOf } from "./refusals.ts";
import { describeTry, passwordCount, type Try, type TryParts } from "./tries.ts";

export interface GuardParts extends TryParts {
  readonly sessionCookie: string;
  readonly gate: HashGate;
  readonly counters: Counters;
  readonly reads: ReadBucket;
  readonly breaches: BreachedPasswords;
  readonly lockout: Lockout;
  readonly sessions: SessionReader;
  readonly logger: Logger;
}

type Outcome = { readonly response: Response } | { readonly error: unknown };

export class AbuseGuard {
  readonly #parts: GuardParts;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  protect(routes: readonly Route[]): Route[] {
    return routes.map((route) => {
      const policy = policyOf(route);
      if (policy !== undefined) return { ...route, handler: (c) => this.#guard(c, policy, route) };
      if (MACHINE_ROUTES.has(route.path)) {
        return { ...route, handler: (c) => limitGuessedSecrets(this.#parts, c, () => answerOf(route, c)) };
      }
      if (!READS.has(route.path)) return route;
      return {
        ...route,
        handler: (c, next) => {
          this.#parts.reads.take(c.get("client").prefix);
          return route.handler(c, next);
        },
      };
    });
  }

  async #guard(c: Context<AppEnv>, policy: CredentialPolicy, route: Route): Promise<Response> {
    const { breaches, gate } = this.#parts;
    const handle = () => answerOf(route, c);
    const credentials = await readCredentials(c);
    const account = await this.#accountOf(c, policy, credentials);
    // Without a session the route answers 401 before it does any work.
    if (policy.account === "session" && account === undefined) return handle();
    const tried = describeTry(this.#parts, c, policy, account);
    // Before the queue, so that a flood of tries that are refused anyway takes nobody's place in it.
    this.#refuseAgain(tried);
    const password = policy.setsPassword === undefined ? undefined : credentials[policy.setsPassword];
    breaches.refuseCommon(password);
    const early = policy.counts === "attempts" ? await this.#count(tried) : undefined;
    await breaches.refuseBreached(password).catch(async (error: unknown) => {
      await this.#settle(tried, early, { error });
      throw error;
    });
    const admitted = async (): Promise<[Attempt | undefined, Outcome]> => {
      // Only now: while it waits, a right password would use up the tries of the others that wait.
      const attempt = policy.counts === "failures" ? await this.#count(tried) : early;
      const outcome = await outcomeOf(handle());
      // Before the next one is let in, which would be counted on top of this one.
      await this.#settle(tried, attempt, outcome);
      return [attempt, outcome];
    };
    const [attempt, outcome] = await (policy.hashes ? gate.run(c.req.raw.signal, admitted) : admitted());
    if ("error" in outcome) throw outcome.error;
    return this.#decorate(tried, attempt, outcome.response);
  }

  async #accountOf(
    c: Context<AppEnv>,
    policy: CredentialPolicy,
    credentials: Credentials,
  ): Promise<string | undefined> {
    if (policy.account === "email") return credentials.account;
    return policy.account === "session" ? (await this.#parts.sessions.find(c))?.userId : undefined;
  }

  #refuseAgain({ counts }: Try): void {
    const refused = this.#parts.counters.recallRefusal(counts);
    if (refused !== undefined) throw refusalOf(refused, this.#parts.lockout.mailsLink);
  }

  async #count(tried: Try): Promise<Attempt | undefined> {
    if (tried.counts.length === 0) return undefined;
    this.#refuseAgain(tried);
    const attempt = await this.#parts.counters.raise(tried.counts);
    if (!attempt.allowed) throw refusalOf(attempt.state, this.#parts.lockout.mailsLink);
    return attempt;
  }

  /** A right password clears the account; what was no guess at all (overload, an outage, a ban) is given back. */
  async #settle(tried: Try, attempt: Attempt | undefined, outcome: Outcome): Promise<void> {
    const { policy, account, accountCount, counts } = tried;
    if (attempt === undefined) return;
    const status = statusOf(outcome);
    const succeeded = status < 400;
    if (policy.counts !== "failures") {
      // Nothing was mailed, so the account's owner may not pay for it; the address that asked does.
      if (status >= 400 && status < 500 && accountCount !== undefined) await this.#giveBack([accountCount], []);
      return;
    }
    if (!succeeded && status < 500 && status !== 403) {
      const closed = accountCount !== undefined && counts.includes(accountCount) && attempt.filled.includes("account");
      if (closed && policy.account === "email" && account !== undefined) this.#parts.lockout.mailLink(account);
      return;
    }
    const proved = currentRequestScope()?.provedAccount;
    const ofAccount = [
      ...counts.filter(({ name }) => isOfAccount(name)),
      ...(accountCount === undefined || counts.includes(accountCount) ? [] : [accountCount]),
      ...(proved === undefined ? [] : [passwordCount(this.#parts, proved)]),
    ];
    const forgotten = succeeded ? ofAccount : [];
    const lowered = counts.filter((one) => !forgotten.includes(one));
    await this.#giveBack(lowered, forgotten);
  }

  async #giveBack(lowered: readonly Count[], forgotten: readonly Count[]): Promise<void> {
    await this.#parts.counters.lower(lowered, forgotten).catch((err: unknown) => {
      this.#parts.logger.warn({ err }, "could not give a try back");
    });
  }

  #decorate(tried: Try, attempt: Attempt | undefined, response: Response): Response {
    for (const [name, value] of Object.entries(attempt === undefined ? {} : rateLimitHeaders(attempt.state))) {
      response.headers.set(name, value);
    }
    const account = this.#provedAccount(tried, response);
    if (account !== undefined && sessionTransportOf(tried.c.req.raw.headers) === "cookie") {
      const cookies = tried.c.req.header("cookie");
      response.headers.append("set-cookie", this.#parts.browsers.remember(cookies, account, "signed-in"));
    }
    return response;
  }

  /** The account that this browser may be known to from now on. */
  #provedAccount({ policy, account }: Try, response: Response): string | undefined {
    if (!response.ok) return undefined;
    if (!policy.signsIn) return currentRequestScope()?.provedAccount;
    // With a second factor the password alone makes no session, but it was right. A sign-up by itself proves nothing.
    const hasSession = () =>
      response.headers.getSetCookie().some((line) => line.startsWith(`${this.#parts.sessionCookie}=`));
    return policy.counts === "failures" || hasSession() ? account : undefined;
  }
}

async function answerOf(route: Route, c: Context<AppEnv>): Promise<Response> {
  return (await route.handler(c, async () => undefined)) as Response;
}

/** Our own routes throw what they refuse; whatever else is thrown is a fault of ours, and no guess. */
function statusOf(outcome: Outcome): number {
  if ("response" in outcome) return outcome.response.status;
  return outcome.error instanceof AppError ? errorKind(outcome.error.code).status : 500;
}

async function outcomeOf(response: Promise<Response>): Promise<Outcome> {
  return response.then(
    (answer) => ({ response: answer }),
    (error: unknown) => ({ error }),
  );
}
