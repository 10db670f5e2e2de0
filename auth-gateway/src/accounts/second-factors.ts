/** Second factors that people have turned on outlive the setting that offers them. */
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import { joinTransaction } from "../db/transactions.ts";
import type { Logger } from "../logger.ts";
import { deleteTrustedDevices, hasSecondFactors } from "./two-factor-queries.ts";

/** Turned off while accounts rely on it, it would leave them with a password alone, and tell nobody. */
export async function keepSecondFactors(config: Config, db: Database, logger: Logger): Promise<Config> {
  if (config.twoFactor || !(await hasSecondFactors(db))) return config;
  logger.warn(
    "TWO_FACTOR is off, but some accounts have a second factor: it stays on, so that none of them is open to a password alone",
  );
  return { ...config, twoFactor: true };
}

/** Those of a second factor that was turned off must not be trusted with the next one. */
export function forgetTrustedDevices(db: Database, userId: string): Promise<void> {
  return deleteTrustedDevices(joinTransaction(db), userId);
}
