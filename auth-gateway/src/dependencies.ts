/** The composition root: opens what the gateway needs, in order, and closes it in reverse. */
import type { AppDependencies } from "./app.ts";
import { type Auth, createAuth } from "./auth/better-auth.ts";
import { createSessionReader } from "./auth/sessions.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { waitForDatabase } from "./db/boot.ts";
import { type DatabaseConnection, openDatabase } from "./db/database.ts";
import { createHealthChecks } from "./health/service.ts";
import { createKeyCipher } from "./keys/cipher.ts";
import { Keyring } from "./keys/keyring.ts";
import type { Logger } from "./logger.ts";
import { createAccessTokenIssuer } from "./tokens/access-token.ts";

export interface Dependencies extends AppDependencies {
  readonly database: DatabaseConnection;
  readonly auth: Auth;
  readonly keyring: Keyring;
  close(): Promise<void>;
}

/** @throws {BootError} when the database can't serve the gateway; nothing stays open then. */
export async function openDependencies(config: Config, logger: Logger, clock: Clock): Promise<Dependencies> {
  const database = openDatabase(config.database, logger);
  try {
    await waitForDatabase(database.db, logger);
    const keyring = await Keyring.start(database.db, createKeyCipher(config.authSecrets), clock, logger);
    const auth = createAuth(config, database.db, logger);
    await auth.$context;
    return {
      config,
      logger,
      database,
      auth,
      sessions: createSessionReader(auth),
      keyring,
      tokens: createAccessTokenIssuer({ issuer: config.gatewayUrl, audiences: config.tokenAudiences }, keyring, clock),
      health: createHealthChecks(database.db, keyring, logger),
      async close() {
        keyring.stop();
        await database.pool.end();
      },
    };
  } catch (error) {
    await database.pool.end();
    throw error;
  }
}
