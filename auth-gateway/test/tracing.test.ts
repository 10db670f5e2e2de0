/** Trace context: the caller's trace is known to the log, and exported to a collector where one is configured. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTraceParent } from "../src/tracing/trace-context.ts";
import { startGateway, type TestGateway } from "./harness/gateway.ts";
import { useGateway } from "./harness/suite.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code?: number };
  attributes: { key: string; value: Record<string, unknown> }[];
}

interface Export {
  resourceSpans: { resource: { attributes: Span["attributes"] }; scopeSpans: { spans: Span[] }[] }[];
}

const suite = useGateway();
const received: { path: string; body: Export }[] = [];
const collector = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => {
    text += String(chunk);
  });
  request.on("end", () => {
    received.push({ path: request.url ?? "", body: JSON.parse(text) });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
});

let endpoint = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});

afterAll(() => void collector.close());

async function linesOf(gateway: TestGateway, headers: Record<string, string>): Promise<Record<string, unknown>[]> {
  const requestId = `r-${Math.random().toString(36).slice(2)}`;
  await fetch(`${gateway.url}/livez`, { headers: { ...headers, "x-request-id": requestId } });
  return gateway.logLines().filter((line) => line["requestId"] === requestId);
}

describe("without a collector", () => {
  it("the request's line names the caller's trace, and has none where the caller has none", async () => {
    expect(await linesOf(suite.gateway, { traceparent: TRACEPARENT })).toEqual([
      expect.objectContaining({ traceId: TRACE }),
    ]);
    const [line] = await linesOf(suite.gateway, {});
    expect(line).not.toHaveProperty("traceId");
    const [hostile] = await linesOf(suite.gateway, { traceparent: "00-ada@example.test" });
    expect(hostile).not.toHaveProperty("traceId");
  });
});

describe("with a collector", () => {
  async function spansOf(work: (gateway: TestGateway) => Promise<void>): Promise<Span[]> {
    received.length = 0;
    const gateway = await startGateway(suite.database.authGatewayUrl, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
    });
    await work(gateway);
    await gateway.close();
    expect(received.every(({ path }) => path === "/v1/traces")).toBe(true);
    const resources = received.flatMap(({ body }) => body.resourceSpans);
    for (const { resource } of resources) {
      expect(resource.attributes).toContainEqual({ key: "service.name", value: { stringValue: "auth-gateway" } });
    }
    return resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  }

  it("each request is a server span of the caller's trace, sent by the time the process has ended", async () => {
    const spans = await spansOf(async (gateway) => {
      const [line] = await linesOf(gateway, { traceparent: TRACEPARENT });
      expect(line).toMatchObject({ traceId: TRACE });
    });
    expect(spans).toEqual([
      expect.objectContaining({ traceId: TRACE, parentSpanId: PARENT, name: "GET /livez", kind: 2 }),
    ]);
    expect(spans[0]?.spanId).not.toBe(PARENT);
    expect(spans[0]?.attributes).toEqual(
      expect.arrayContaining([
        { key: "http.route", value: { stringValue: "/livez" } },
        { key: "http.response.status_code", value: { intValue: 200 } },
      ]),
    );
  });

  it("a request without a trace begins one, whose id is in its log line", async () => {
    const ids: unknown[] = [];
    const spans = await spansOf(async (gateway) => {
      for (const line of await linesOf(gateway, {})) ids.push(line["traceId"]);
    });
    expect(spans.map(({ traceId }) => traceId)).toEqual(ids);
    expect(spans[0]?.parentSpanId ?? "").toBe("");
  });

  it("a caller that does not record its trace gets no span", async () => {
    const spans = await spansOf(async (gateway) => {
      await linesOf(gateway, { traceparent: TRACEPARENT.replace(/01$/, "00") });
    });
    expect(spans).toEqual([]);
  });

  it("spans hold patterns, no paths, queries, addresses or tokens", async () => {
    const spans = await spansOf(async (gateway) => {
      await fetch(`${gateway.url}/api/auth/secret-path?token=secret-query`, {
        headers: { authorization: "Bearer secret" },
      });
    });
    expect(spans).toHaveLength(1);
    expect(JSON.stringify(spans)).not.toMatch(/secret|127\.0\.0\.1/);
  });
});

it("a collector that does not answer costs no request, and does not keep the process", async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
  const gateway = await startGateway(suite.database.authGatewayUrl, { env });
  expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  const startedAt = Date.now();
  await gateway.close();
  expect(Date.now() - startedAt).toBeLessThan(6_000);
});

describe("traceparent", () => {
  it.each([
    [TRACEPARENT, { traceId: TRACE, spanId: PARENT, sampled: true }],
    [`00-${TRACE}-${PARENT}-00`, { traceId: TRACE, spanId: PARENT, sampled: false }],
    [`cc-${TRACE}-${PARENT}-01-more`, { traceId: TRACE, spanId: PARENT, sampled: true }],
    [`00-${TRACE}-${PARENT}-01-more`, undefined],
    [`ff-${TRACE}-${PARENT}-01`, undefined],
    [`00-${"0".repeat(32)}-${PARENT}-01`, undefined],
    [`00-${TRACE}-${"0".repeat(16)}-01`, undefined],
    [`00-${TRACE.toUpperCase()}-${PARENT}-01`, undefined],
    [`00-${TRACE}-${PARENT}`, undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s", (header, expected) => {
    expect(parseTraceParent(header)).toEqual(expected);
  });
});
