/** Writes audit events in the background, in batches: no request waits for its rows, and an orderly end loses none. */
import { AsyncResource } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { AUDIT_EVENTS } from "@auth-gateway/shared-schema/audit-events";
import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { databaseFaultOf } from "../db/faults.ts";
import { joinTransaction } from "../db/transactions.ts";
import type { Logger } from "../logger.ts";
import { currentRequestScope } from "../request-scope.ts";
import { addressPrefix, reduceUserAgent } from "./client.ts";
import type { AuditEvent, AuditKind, AuditRecorder, NewAuditRow } from "./models.ts";
import { insertAuditRows } from "./queries.ts";
import { createRepetitions } from "./repetitions.ts";

interface TrailLimits {
  /** Rows that wait at most; what comes on top goes to the log alone. */
  readonly queue: number;
  readonly batch: number;
  readonly retryPauseMs: number;
  /** How long the end of the process may wait for a database that does not answer. */
  readonly closeMs: number;
}

const LIMITS: TrailLimits = { queue: 10_000, batch: 200, retryPauseMs: 1_000, closeMs: 5_000 };

/** Costs its sender nothing, so an endless stream of it must not cost us a row each: one a minute tells as much. */
const COLLAPSED: ReadonlySet<AuditKind> = new Set([
  "rate_limited",
  "account_locked",
  "origin_refused",
  "token_refused",
]);

export class AuditTrail implements AuditRecorder {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: TrailLimits;
  readonly #repetitions;
  /** The rows are written outside of the request that happened to come first. */
  readonly #ownContext = new AsyncResource("AuditTrail");
  #queue: NewAuditRow[] = [];
  #writing: Promise<void> | undefined;
  #closeBy = Number.POSITIVE_INFINITY;
  #onRecord: (event: AuditEvent) => void = () => undefined;

  constructor(db: Database, clock: Clock, logger: Logger, limits: TrailLimits = LIMITS) {
    this.#db = db;
    this.#clock = clock;
    this.#logger = logger;
    this.#limits = limits;
    this.#repetitions = createRepetitions(clock);
  }

  /** Rows that are not in the database yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Tells every event to one listener, the collapsed ones too. */
  onRecord(listener: (event: AuditEvent) => void): void {
    this.#onRecord = listener;
  }

  record<Kind extends AuditKind>(event: AuditEvent<Kind>): void {
    const scope = currentRequestScope();
    scope?.auditedKinds.add(event.kind);
    this.#onRecord(event);
    const row = toRow(event, new Date(this.#clock.now()));
    const sameness = [row.kind, row.reason, row.address_prefix, row.email ?? row.user_id].join(" ");
    if (COLLAPSED.has(row.kind) && this.#repetitions.isRepeated(sameness)) return;
    if (this.#queue.length >= this.#limits.queue) {
      this.#giveUp([row], "the queue is full");
      return;
    }
    this.#queue.push(row);
    this.#writing ??= this.#ownContext.runInAsyncScope(() => this.#writeAll());
  }

  /** Writes an event at once, in the transaction that the caller runs in: it is stored if, and only if, that commits. */
  async store<Kind extends AuditKind>(event: AuditEvent<Kind>): Promise<void> {
    await insertAuditRows(joinTransaction(this.#db), [toRow(event, new Date(this.#clock.now()))]);
    this.#onRecord(event);
  }

  /** Resolves when everything recorded so far is in the database. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Writes what waits; what the database does not take within the limit goes to the log. */
  async close(): Promise<void> {
    this.#closeBy = Date.now() + this.#limits.closeMs;
    await this.flush();
  }

  async #writeAll(): Promise<void> {
    // What the same tick records goes in the same statement.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#limits.batch);
      if (!(await this.#write(batch))) {
        this.#queue.unshift(...batch);
        if (Date.now() + this.#limits.retryPauseMs > this.#closeBy)
          this.#giveUp(this.#queue.splice(0), "shutting down");
        else await sleep(this.#limits.retryPauseMs);
      }
    }
    this.#writing = undefined;
  }

  /** False when the database can't take rows now. A row that it refuses is lost alone, and told in the log. */
  async #write(rows: readonly NewAuditRow[]): Promise<boolean> {
    try {
      await insertAuditRows(this.#db, rows);
      return true;
    } catch (err) {
      if (databaseFaultOf(err) === "unavailable") {
        this.#logger.warn({ err, waiting: this.#queue.length + rows.length }, "audit events wait for the database");
        return false;
      }
      if (rows.length === 1) {
        this.#logger.error({ err }, "the database refused an audit event");
        this.#giveUp(rows, "refused");
        return true;
      }
      for (const [index, row] of rows.entries()) {
        if (await this.#write([row])) continue;
        this.#queue.unshift(...rows.slice(index));
        return true;
      }
      return true;
    }
  }

  #giveUp(rows: readonly NewAuditRow[], why: string): void {
    for (const { kind, reason, occurred_at, request_id } of rows) {
      this.#logger.error(
        { audit: { kind, reason, at: occurred_at, of: request_id }, why },
        "an audit event was not stored",
      );
    }
  }
}

/** Values from outside that don't fit their column are left out, so that they never cost the row. */
function toRow(event: AuditEvent, now: Date): NewAuditRow {
  const scope = currentRequestScope();
  const agent = scope?.userAgent === undefined ? undefined : reduceUserAgent(scope.userAgent);
  const { outcome } = AUDIT_EVENTS[event.kind];
  const named = event.userId !== undefined || event.email !== undefined;
  return {
    id: uuidv7(),
    occurred_at: now.toISOString(),
    kind: event.kind,
    reason: event.reason ?? null,
    outcome,
    user_id: uuidOrNull(named ? event.userId : scope?.principalId),
    email: event.email?.slice(0, 320).toLowerCase() ?? null,
    actor_id: uuidOrNull(event.actorId),
    session_id: uuidOrNull(event.sessionId ?? scope?.sessionId),
    address_prefix: addressPrefix(scope?.clientAddress) ?? null,
    client: agent?.client ?? null,
    system: agent?.system ?? null,
    request_id: scope?.requestId ?? null,
    kid: event.kid ?? null,
    client_id: event.clientId ?? null,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function uuidOrNull(value: string | undefined): string | null {
  return value !== undefined && UUID.test(value) ? value : null;
}
