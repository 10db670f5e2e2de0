/** The composition root: opens what the gateway needs, in order, and closes it in reverse. */
import { type AbuseProtection, openAbuseProtection } from "./abuse/service.ts";
import { loadPageAssets } from "./accounts/pages.ts";
import { keepSecondFactors } from "./accounts/second-factors.ts";
import { startLinkSweeping } from "./accounts/sweeping.ts";
import type { AppDependencies } from "./app.ts";
import { recordRotation } from "./audit/key-events.ts";
import { startAuditRetention } from "./audit/retention.ts";
import { createOwnEventReader } from "./audit/service.ts";
import { AuditTrail } from "./audit/trail.ts";
import { type Auth, createAuth } from "./auth/better-auth.ts";
import { describeAuth } from "./auth/description.ts";
import { createSessionReader } from "./auth/sessions.ts";
import { createClientGrant } from "./clients/grant.ts";
import { createClientDirectory } from "./clients/service.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { waitForDatabase } from "./db/boot.ts";
import { type Database, type DatabaseConnection, openDatabase } from "./db/database.ts";
import { type Erasures, openErasures } from "./erasure/opening.ts";
import { createHealthChecks } from "./health/service.ts";
import { createKeyCipher } from "./keys/cipher.ts";
import { Keyring } from "./keys/keyring.ts";
import type { Logger } from "./logger.ts";
import type { Mailer } from "./mail/mailer.ts";
import { startMail } from "./mail/service.ts";
import { type Metrics, openMetrics } from "./metrics/service.ts";
import { RevocationFeed } from "./revocation/feed.ts";
import { createAccessTokenIssuer } from "./tokens/access-token.ts";
import { createTokenInspector } from "./tokens/introspection.ts";
import { createTokenVerifier } from "./tokens/verification.ts";
import { openTracer, type Tracer } from "./tracing/tracer.ts";
import { openWebClient } from "./web/service.ts";

export interface Dependencies extends AppDependencies {
  readonly database: DatabaseConnection;
  readonly auth: Auth;
  readonly keyring: Keyring;
  readonly mailer: Mailer;
  readonly audit: AuditTrail;
  readonly metrics: Metrics | undefined;
  readonly erasures: Erasures;
  readonly tracer: Tracer;
  close(): Promise<void>;
}

/** @throws {BootError} when the database can't serve the gateway; nothing stays open then. */
export async function openDependencies(configured: Config, logger: Logger, clock: Clock): Promise<Dependencies> {
  const database = openDatabase(configured.database, logger);
  const closers: (() => unknown)[] = [() => database.pool.end()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  let abuse: AbuseProtection | undefined;
  let erasures: Erasures | undefined;
  try {
    await waitForDatabase(database.db, logger);
    const config = await keepSecondFactors(configured, database.db, logger);
    const { audit, tracer, closeObservers } = await openObservers(config, database.db, clock, logger);
    closers.push(closeObservers);
    const keyring = await startKeyring(config, database.db, audit, clock, logger);
    const hashQueue = () => abuse?.gate.load();
    const backlog = () => erasures?.worker.backlog;
    const metrics = openMetrics(config, { pool: database.pool, keyring, audit, clock, hashQueue, backlog });
    const { mailer, stop: stopMail } = startMail(config, database.db, clock, logger);
    closers.push(() => keyring.stop(), startLinkSweeping(database.db, clock, logger), stopMail);
    const auth = createAuth(config, database.db, mailer, audit, logger);
    await auth.$context;
    const sessions = createSessionReader(auth);
    abuse = await openAbuseProtection({ config, db: database.db, sessions, mailer, clock, logger });
    closers.push(abuse.stop);
    const tokenServices = openTokenServices(config, database.db, keyring, clock, logger);
    closers.push(() => tokenServices.revocations.stop());
    const ownEvents = createOwnEventReader(database.db);
    erasures = await openErasures({ config, db: database.db, mailer, audit, ownEvents, clock, logger });
    closers.push(erasures.stop);
    return {
      config,
      logger,
      clock,
      database,
      auth,
      sessions,
      abuse,
      pages: loadPageAssets(mailer.enabled),
      erasures,
      keyring,
      mailer,
      ...tokenServices,
      audit,
      metrics,
      tracer,
      describeAuth: () => describeAuth(auth),
      ownEvents,
      web: openWebClient(config),
      health: createHealthChecks(database.db, keyring, logger),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Its changes are audited. */
function startKeyring(config: Config, db: Database, audit: AuditTrail, clock: Clock, logger: Logger): Promise<Keyring> {
  return Keyring.start({
    db,
    cipher: createKeyCipher(config.authSecrets),
    policy: config.keyPolicy,
    clock,
    logger,
    onRotation: (rotation) => recordRotation(audit, rotation),
  });
}

/** What is noted of requests: the audit trail, and their spans. */
async function openObservers(config: Config, db: Database, clock: Clock, logger: Logger) {
  const tracer = await openTracer(config, logger);
  const audit = new AuditTrail(db, clock, logger);
  const retention = startAuditRetention(db, config.auditRetentionDays, clock, logger);
  const closeObservers = async () => {
    retention.stop();
    await Promise.all([audit.close(), tracer.close()]);
  };
  return { audit, tracer, closeObservers };
}

/** Issuing, checking and ending access tokens, of people and of machines. */
function openTokenServices(config: Config, db: Database, keyring: Keyring, clock: Clock, logger: Logger) {
  const issuer = config.gatewayUrl;
  const tokens = createAccessTokenIssuer({ issuer, audiences: config.tokenAudiences }, keyring, clock);
  const verifier = createTokenVerifier({ issuer, keyOf: (kid) => keyring.findPublicKey(kid), now: () => clock.now() });
  return {
    tokens,
    clients: createClientDirectory(db),
    clientGrant: createClientGrant(config, db, tokens, logger),
    inspector: createTokenInspector(db, verifier),
    revocations: new RevocationFeed({ db, issuer, keyring, clock, logger }),
  };
}
