/** The process behind readRegularly: it sends its outcomes to its parent, and ends. */
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome, Reading } from "./reader.ts";

async function readOnce({ url, token }: Reading): Promise<Outcome> {
  const start = performance.now();
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const body = await response.text();
    return response.ok ? performance.now() - start : `${response.status} ${body}`;
  } catch (error) {
    return String(error);
  }
}

const reading = JSON.parse(process.argv[2] ?? "{}") as Reading;
const outcomes: Outcome[] = [];
// The first request pays for the connection.
await readOnce(reading);
const until = Date.now() + reading.seconds * 1000;
while (Date.now() < until) {
  const [outcome] = await Promise.all([readOnce(reading), sleep(reading.every)]);
  outcomes.push(outcome);
}
process.send?.(outcomes);
process.disconnect();
