/** Requests over HTTP, a few at a time, and what their times say. */
import { performance } from "node:perf_hooks";
import { ToolFailure } from "../failure.ts";

export interface Timing {
  readonly requests: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

const concurrency = 2;

export const at = (sorted: readonly number[], share: number) =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;

async function request(url: string, token: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const body = await response.text();
  if (!response.ok) throw new ToolFailure(`${url} answered ${response.status}: ${body}`);
  return performance.now() - start;
}

/** Times every URL once, in order, after a few that warm the connections up. */
export async function measure(urls: readonly string[], token: string): Promise<Timing> {
  for (const url of urls.slice(0, 5)) await request(url, token);
  const times: number[] = [];
  const queue = urls.values();
  const work = async () => {
    for (const url of queue) times.push(await request(url, token));
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const sorted = times.sort((a, b) => a - b);
  return { requests: sorted.length, p50: at(sorted, 0.5), p95: at(sorted, 0.95), max: at(sorted, 1) };
}
