/** The process's figures for Prometheus. Every label has few values, whatever is sent: patterns, not paths. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { AuditEvent } from "../audit/models.ts";
import type { ErasureBacklog } from "../erasure/models.ts";

/** What is read at the moment of a scrape. */
export interface MetricSources {
  pool(): { readonly total: number; readonly idle: number; readonly waiting: number };
  /** When the key that signs now was put to use. */
  keyActiveSince(): Date | undefined;
  /** Undefined: nothing is hashed behind a gate. */
  hashQueue(): { readonly running: number; readonly queued: number } | undefined;
  auditQueue(): number;
  /** Undefined: nobody knows at the moment. */
  erasures(): ErasureBacklog | undefined;
  now(): number;
}

export interface MeasuredRequest {
  readonly method: string;
  /** The route's pattern. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  observeRequest(request: MeasuredRequest): void;
  observeEvent(event: Pick<AuditEvent, "kind" | "reason">): void;
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** From far below a token's 1 ms to the limit of a request. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Routes that answer with an access token, and whose. */
const TOKEN_ROUTES: Readonly<Record<string, string>> = { "/api/auth/token": "user", "/oauth2/token": "machine" };

const PREFIX = "auth_gateway_";

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const counters = createCounters(registry);
  registerGauges(registry, sources);
  collectDefaultMetrics({ register: registry });
  return {
    observeRequest({ method, route, status, seconds }) {
      const labels = { method: METHODS.has(method) ? method : "other", route };
      counters.requests.inc({ ...labels, status: String(status) });
      counters.latency.observe(labels, seconds);
      const audience = status === 200 ? TOKEN_ROUTES[route] : undefined;
      if (audience !== undefined) counters.tokens.inc({ subject: audience });
    },
    observeEvent({ kind, reason }) {
      counters.events.inc({ kind, reason: reason ?? "" });
      if (kind === "sign_in") counters.signIns.inc({ outcome: "success" });
      if (kind === "sign_in_failed") counters.signIns.inc({ outcome: reason ?? "refused" });
      if (kind === "two_factor_challenged") counters.signIns.inc({ outcome: "second_factor_needed" });
    },
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    requests: new Counter({
      name: `${PREFIX}http_requests_total`,
      help: "Answered requests by route pattern.",
      labelNames: ["method", "route", "status"],
      registers,
    }),
    latency: new Histogram({
      name: `${PREFIX}http_request_duration_seconds`,
      help: "Time from the request's headers to the answer's.",
      labelNames: ["method", "route"],
      buckets: SECONDS,
      registers,
    }),
    signIns: new Counter({
      name: `${PREFIX}sign_ins_total`,
      help: "Sign-ins by outcome: success, second_factor_needed, or why they were refused.",
      labelNames: ["outcome"],
      registers,
    }),
    tokens: new Counter({
      name: `${PREFIX}access_tokens_issued_total`,
      help: "Access tokens by the kind of their subject.",
      labelNames: ["subject"],
      registers,
    }),
    events: new Counter({
      name: `${PREFIX}audit_events_total`,
      help: "Audit events of this process by kind and reason.",
      labelNames: ["kind", "reason"],
      registers,
    }),
  };
}

function registerGauges(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [registry],
      collect() {
        const value = read();
        if (value === undefined) this.reset();
        else this.set(value);
      },
    });
  const { pool, hashQueue } = sources;
  gauge(
    "database_connections_in_use",
    "Connections that a query or transaction holds.",
    () => pool().total - pool().idle,
  );
  gauge("database_connections_idle", "Open connections that wait for work.", () => pool().idle);
  gauge("database_waiting", "Queries that wait for a connection.", () => pool().waiting);
  gauge("hash_running", "Password hashes under way.", () => hashQueue()?.running);
  gauge("hash_queued", "Requests that wait for their turn to hash.", () => hashQueue()?.queued);
  gauge("audit_events_waiting", "Audit events that are not in the database yet.", () => sources.auditQueue());
  gauge(
    "erasure_oldest_age_seconds",
    "Age of the oldest deletion that is not carried out yet, from its request on.",
    () => sources.erasures()?.oldestSeconds,
  );
  gauge("erasures_scheduled", "Deletions that wait for their time.", () => sources.erasures()?.scheduled);
  gauge("erasures_stuck", "Deletions that could not be carried out.", () => sources.erasures()?.stuck);
  gauge("signing_key_age_seconds", "Age of the key that signs now; absent while none does.", () => {
    const since = sources.keyActiveSince();
    return since === undefined ? undefined : (sources.now() - since.getTime()) / 1000;
  });
}
