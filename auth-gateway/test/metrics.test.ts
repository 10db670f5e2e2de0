/** `/metrics`: what an operator watches, on a loopback port, with labels that no client can multiply. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type MetricsServer, startMetricsServer } from "../src/metrics/server.ts";
import { testEnvironment } from "./harness/environment.ts";
import { spawnGateway } from "./harness/gateway-process.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, newPerson, signUp } from "./harness/people.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway({ env: { METRICS_PORT: "0" } });
let server: MetricsServer;

beforeAll(async () => {
  const { metrics } = suite.gateway.dependencies;
  if (metrics === undefined) throw new Error("METRICS_PORT turns the metrics on");
  server = await startMetricsServer(metrics, 0);
});

afterAll(() => server?.close());

async function scrape(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  return response.text();
}

/** The value of a series, 0 when it is not there. */
async function figure(series: string): Promise<number> {
  const line = (await scrape()).split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

/** Series of the requests' counter and histogram. */
async function requestSeries(): Promise<string[]> {
  const lines = (await scrape()).split("\n").filter((line) => line.startsWith("auth_gateway_http_"));
  return lines.map((line) => line.slice(0, line.lastIndexOf(" ")));
}

describe("counts", () => {
  it("requests by route pattern, method and status, with their latency", async () => {
    const series = 'auth_gateway_http_requests_total{method="GET",route="/.well-known/jwks.json",status="200"}';
    const count = 'auth_gateway_http_request_duration_seconds_count{method="GET",route="/.well-known/jwks.json"}';
    const before = [await figure(series), await figure(count)];
    for (let i = 0; i < 3; i++) await fetch(`${suite.url}/.well-known/jwks.json?x=${i}`);
    expect([await figure(series), await figure(count)]).toEqual(before.map((value) => value + 3));
  });

  it("sign-ins by outcome, tokens, audit events", async () => {
    const person = newPerson();
    const browser = await signUp(suite.url, person);
    await new Browser(suite.url).post("/api/auth/sign-in/email", person);
    await new Browser(suite.url).post("/api/auth/sign-in/email", { ...person, password: "not this one" });
    await browser.fetch("/api/auth/token");
    expect(await figure('auth_gateway_sign_ins_total{outcome="success"}')).toBe(1);
    expect(await figure('auth_gateway_sign_ins_total{outcome="wrong_credentials"}')).toBe(1);
    expect(await figure('auth_gateway_access_tokens_issued_total{subject="user"}')).toBe(1);
    expect(await figure('auth_gateway_audit_events_total{kind="sign_up",reason=""}')).toBe(1);
  });

  it("deletions that are not carried out yet, under the names that the alert rules use", async () => {
    const browser = await signUp(suite.url);
    await browser.fetch("/api/account", { method: "DELETE" });
    await asOwner(suite.database, "update auth.account_deletion set requested_at = now() - interval '25 hours'");
    await suite.gateway.dependencies.erasures.worker.round();
    expect(await figure("auth_gateway_erasures_scheduled")).toBe(1);
    expect(await figure("auth_gateway_erasures_stuck")).toBe(0);
    expect(await figure("auth_gateway_erasure_oldest_age_seconds")).toBeGreaterThan(24 * 3600);
    const { groups } = parse(readFileSync(new URL("../../docs/alerts.yaml", import.meta.url), "utf8"));
    const rules: { expr: string }[] = groups.flatMap(({ rules }: { rules: object[] }) => rules);
    const names = rules.flatMap(({ expr }) => [...expr.matchAll(/auth_gateway_\w+/g)].map(([name]) => name));
    expect(names.length).toBeGreaterThanOrEqual(3);
    const offered = await scrape();
    for (const name of names) expect(offered).toContain(`# TYPE ${name} `);
  });

  it("the state of the process: key age, pool, event loop", async () => {
    expect(await figure("auth_gateway_signing_key_age_seconds")).toBeGreaterThan(0);
    expect(await figure("auth_gateway_database_connections_idle")).toBeGreaterThan(0);
    const text = await scrape();
    for (const name of [
      "auth_gateway_database_waiting",
      "auth_gateway_hash_queued",
      "nodejs_eventloop_lag_p99_seconds",
      "process_resident_memory_bytes",
    ]) {
      expect(text).toContain(`\n${name} `);
    }
  });
});

it("has no more series for random paths, methods and bodies", async () => {
  const hit = async (n: number) => {
    await fetch(`${suite.url}/random/${n}`);
    await fetch(`${suite.url}/api/auth/reset-password/${n}`);
    await fetch(`${suite.url}/api/auth/${n}`, { method: "POST" });
    await fetch(`${suite.url}/livez?${n}`, { method: ["PROPFIND", "REPORT", "LINK"][n % 3] ?? "" });
    await fetch(`${suite.url}/api/auth/token?audience=${n}`);
  };
  for (let n = 0; n < 3; n++) await hit(n);
  const before = await requestSeries();
  for (let n = 3; n < 40; n++) await hit(n);
  expect((await requestSeries()).sort()).toEqual(before.sort());
  expect(before.join()).toContain('method="other"');
});

it("is not on the public port, and answers nothing else", async () => {
  expect((await fetch(`${suite.url}/metrics`)).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
});

it("is off when METRICS_PORT is unset, and on the loopback address alone when it is set", async () => {
  const gateway = spawnGateway(testEnvironment(suite.database.authGatewayUrl, { METRICS_PORT: "0" }));
  await gateway.listening;
  const port = /"metricsPort":(\d+)/.exec(gateway.output())?.[1];
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
  await expect(fetch(`http://127.0.0.2:${port}/metrics`)).rejects.toThrow();
  gateway.child.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  const quiet = spawnGateway(testEnvironment(suite.database.authGatewayUrl));
  await quiet.listening;
  expect(quiet.output()).not.toContain("metricsPort");
  quiet.child.kill("SIGTERM");
  await quiet.exited;
});
