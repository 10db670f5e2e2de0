/** Puts together what stands against abuse. */
import { availableParallelism } from "node:os";
import { hashPassword } from "../auth/passwords.ts";
import type { SessionReader } from "../auth/sessions.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import type { Mailer } from "../mail/mailer.ts";
import { createBreachedPasswords } from "./breached-passwords.ts";
import { Counters } from "./counters.ts";
import { AbuseGuard } from "./guard.ts";
import { HashGate, hashSlots } from "./hash-gate.ts";
import { createKnownBrowsers } from "./known-browsers.ts";
import { createLockout, type Lockout } from "./lockout.ts";
import { ReadBucket } from "./read-bucket.ts";
import { createSubjectHash } from "./subjects.ts";

export interface AbuseProtection {
  readonly guard: AbuseGuard;
  readonly gate: HashGate;
  readonly lockout: Lockout;
  stop(): Promise<void>;
}

export interface AbuseParts {
  readonly config: Config;
  readonly db: Database;
  readonly sessions: SessionReader;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Hashes once or twice, to know what a hash takes on this machine. */
export async function openAbuseProtection(parts: AbuseParts): Promise<AbuseProtection> {
  const { config, db, sessions, mailer, clock, logger } = parts;
  const { threadPoolSize: threads, database, limits, gatewayUrl } = config;
  const slots = hashSlots({ cores: availableParallelism(), threads, poolSize: database.poolSize });
  const gate = new HashGate(slots, await measureHash());
  const counters = new Counters(db, clock, logger);
  const hashSubject = createSubjectHash(config.authSecrets, clock);
  const browsers = createKnownBrowsers(config, clock);
  const lockout = createLockout({ db, mailer, counters, hashSubject, browsers, limits, gatewayUrl, logger });
  const guard = new AbuseGuard({
    limits,
    sessionCookie: `${config.cookies.prefix}.session_token`,
    gate,
    counters,
    reads: new ReadBucket(limits.reads),
    hashSubject,
    browsers,
    breaches: createBreachedPasswords(config.passwordBreachApi, logger),
    lockout,
    sessions,
    logger,
  });
  return {
    guard,
    gate,
    lockout,
    async stop() {
      counters.stop();
      await lockout.stop();
    },
  };
}

/** Milliseconds; the first one warms up. */
async function measureHash(): Promise<number> {
  await hashPassword("warm up");
  const startedAt = performance.now();
  await hashPassword("measure");
  return performance.now() - startedAt;
}
