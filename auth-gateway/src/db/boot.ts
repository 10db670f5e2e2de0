/** Waits at boot until the database can serve the gateway, and refuses a role that row-level security does not bind. */
import { SCHEMA_VERSION } from "@auth-gateway/shared-schema";
import type { Logger } from "../logger.ts";
import type { Database } from "./database.ts";
import { findServerError } from "./faults.ts";
import { type DatabaseRole, getDatabaseRole, isMigrationApplied } from "./queries.ts";

/** The process can't start; the message tells the operator why. */
export class BootError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BootError";
  }
}

interface WaitLimits {
  readonly totalMs: number;
  readonly pauseMs: number;
}

const LIMITS: WaitLimits = { totalMs: 60_000, pauseMs: 500 };
const PROGRESS_EVERY_MS = 5_000;

/**
 * Better Auth must not be built before: its plugins query at construction and some never recover from a failure.
 * @throws {BootError} after the time limit, or at once for a role with too many rights.
 */
export async function waitForDatabase(db: Database, logger: Logger, limits: WaitLimits = LIMITS): Promise<void> {
  const startedAt = Date.now();
  let loggedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const problem = await findProblem(db);
    if (problem === undefined) return;
    const waitedMs = Date.now() - startedAt;
    if (waitedMs >= limits.totalMs) {
      throw new BootError(`gave up after ${Math.round(waitedMs / 1000)} s: ${problem.text}`, { cause: problem.cause });
    }
    if (Date.now() - loggedAt >= PROGRESS_EVERY_MS) {
      loggedAt = Date.now();
      logger.info({ waitedMs, limitMs: limits.totalMs, reason: problem.text }, "waiting for the database");
    }
    await new Promise((resolve) => setTimeout(resolve, limits.pauseMs));
  }
}

interface Problem {
  readonly text: string;
  readonly cause?: unknown;
}

async function findProblem(db: Database): Promise<Problem | undefined> {
  try {
    refusePrivilegedRole(await getDatabaseRole(db));
    if (await isMigrationApplied(db, SCHEMA_VERSION)) return undefined;
    return { text: `migration ${SCHEMA_VERSION} has not been applied: run make migrate` };
  } catch (error) {
    if (error instanceof BootError) throw error;
    return { text: describeFailure(error), cause: error };
  }
}

function describeFailure(error: unknown): string {
  const code = findServerError(error)?.code;
  return code === undefined ? "the database can't be reached" : `the database refuses us (SQLSTATE ${code})`;
}

function refusePrivilegedRole(role: DatabaseRole): void {
  const rights = [
    ...(role.superuser ? ["is a superuser"] : []),
    ...(role.bypassesRowSecurity ? ["has BYPASSRLS"] : []),
    ...(role.ownsTables && !role.superuser ? ["owns the tables"] : []),
  ];
  if (rights.length === 0) return;
  throw new BootError(
    `AUTH_GATEWAY_DATABASE_URL: the role ${role.name} ${rights.join(" and ")}, so row-level security does not bind it;` +
      " use the role auth_gateway that make migrate creates",
  );
}
