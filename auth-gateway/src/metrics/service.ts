/** The figures of this process, when the operator asked for them. */
import type { AuditTrail } from "../audit/trail.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Pool } from "../db/database.ts";
import { createMetrics, type MetricSources, type Metrics } from "./metrics.ts";

export type { Metrics };

interface Measured {
  readonly pool: Pool;
  readonly keyring: { activeSince(): Date | undefined };
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly hashQueue: MetricSources["hashQueue"];
  readonly backlog: MetricSources["erasures"];
}

export function openMetrics(config: Pick<Config, "metricsPort">, measured: Measured): Metrics | undefined {
  if (config.metricsPort === undefined) return undefined;
  const { pool, keyring, audit, clock, hashQueue, backlog } = measured;
  const metrics = createMetrics({
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    keyActiveSince: () => keyring.activeSince(),
    hashQueue,
    erasures: backlog,
    auditQueue: () => audit.waiting,
    now: () => clock.now(),
  });
  audit.onRecord((event) => metrics.observeEvent(event));
  return metrics;
}
