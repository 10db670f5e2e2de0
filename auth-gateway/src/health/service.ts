/** Whether this replica can do its work now, and if not, what is missing. */
import { SCHEMA_VERSION } from "@auth-gateway/shared-schema";
import type { Database } from "../db/database.ts";
import { isMigrationApplied } from "../db/queries.ts";
import type { KeyringProblem } from "../keys/keyring.ts";
import type { Logger } from "../logger.ts";

export type CheckResult = "ok" | "database_unavailable" | "migration_missing" | "unknown" | KeyringProblem;

export interface Readiness {
  readonly ready: boolean;
  readonly checks: {
    readonly database: CheckResult;
    readonly schema: CheckResult;
    readonly signingKey: CheckResult;
  };
}

export interface HealthChecks {
  readiness(): Promise<Readiness>;
}

export function createHealthChecks(
  db: Database,
  keyring: { problem(): KeyringProblem | undefined },
  logger: Logger,
): HealthChecks {
  return {
    async readiness() {
      const checks = { ...(await checkDatabase(db, logger)), signingKey: keyring.problem() ?? "ok" } as const;
      return { ready: Object.values(checks).every((result) => result === "ok"), checks };
    },
  };
}

async function checkDatabase(db: Database, logger: Logger): Promise<{ database: CheckResult; schema: CheckResult }> {
  try {
    const applied = await isMigrationApplied(db, SCHEMA_VERSION);
    return { database: "ok", schema: applied ? "ok" : "migration_missing" };
  } catch (err) {
    logger.warn({ err }, "the readiness check could not query the database");
    return { database: "database_unavailable", schema: "unknown" };
  }
}
