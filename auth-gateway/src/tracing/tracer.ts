/** One span a request, sent to an OTLP endpoint when one is configured; without one, nothing of OpenTelemetry is loaded. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config.ts";
import type { Logger } from "../logger.ts";
import { parseTraceParent, type TraceParent } from "./trace-context.ts";

export interface FinishedRequest {
  readonly method: string;
  /** The route's pattern: a path may hold what no trace should. */
  readonly route: string;
  readonly status: number;
}

export interface RequestSpan {
  /** Undefined where nobody traces. */
  readonly traceId: string | undefined;
  end(request: FinishedRequest): void;
}

export interface Tracer {
  begin(traceparent: string | undefined): RequestSpan;
  /** Sends what waits. */
  close(): Promise<void>;
}

export async function openTracer(config: Pick<Config, "otlpEndpoint">, logger: Logger): Promise<Tracer> {
  return config.otlpEndpoint === undefined ? passiveTracer : openExporting(config.otlpEndpoint, logger);
}

/** How long the end of the process waits for the collector. */
const CLOSE_MS = 2_000;

/** Knows the caller's trace, so that the log can name it. */
const passiveTracer: Tracer = {
  begin: (traceparent) => ({ traceId: parseTraceParent(traceparent)?.traceId, end: () => undefined }),
  close: async () => undefined,
};

async function openExporting(endpoint: string, logger: Logger): Promise<Tracer> {
  const [api, sdk, { resourceFromAttributes }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ "service.name": "auth-gateway" }),
    // A caller that does not record its trace wants none from us.
    sampler: new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer("auth-gateway");
  const contextOf = (parent: TraceParent | undefined) => {
    if (parent === undefined) return api.ROOT_CONTEXT;
    const { traceId, spanId, sampled } = parent;
    const traceFlags = sampled ? api.TraceFlags.SAMPLED : api.TraceFlags.NONE;
    return api.trace.setSpanContext(api.ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
  };
  return {
    begin(traceparent) {
      const span = tracer.startSpan("request", { kind: api.SpanKind.SERVER }, contextOf(parseTraceParent(traceparent)));
      return {
        traceId: span.spanContext().traceId,
        end({ method, route, status }) {
          span.updateName(`${method} ${route}`);
          span.setAttributes({
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
          });
          if (status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    async close() {
      const sent = provider
        .shutdown()
        .catch((err: unknown) => logger.warn({ err }, "the last spans could not be sent"));
      await Promise.race([sent, sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}
