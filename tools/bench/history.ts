/** Lists and searches in a large history: two million messages, one million of them of one user. */
import { availableParallelism, loadavg } from "node:os";
import { Client } from "pg";
import type { DisposableServer } from "../postgres/disposable.ts";
import { measure } from "./measure.ts";
import { makeScenarios } from "./scenarios.ts";
import { type BenchUser, seed } from "./seed.ts";
import { onStage, type Stage, say } from "./stage.ts";

/** Messages of the users that are measured, and of those that are only there: two million together. */
const measured = [10_000, 100_000, 1_000_000];
const others = [445_000, 445_000];
const requests = 300;

async function fill(server: DisposableServer, scale: number): Promise<BenchUser[]> {
  const start = Date.now();
  const sizes = [...measured, ...others].map((size) => Math.max(100, Math.round((size * scale) / 100) * 100));
  const users = await seed(server.superuserUrl, sizes, availableParallelism());
  const client = new Client({ connectionString: server.superuserUrl });
  await client.connect();
  const size = "select pg_size_pretty(pg_database_size(current_database())) as size";
  const { rows } = await client.query<{ size: string }>(size).finally(() => client.end());
  const total = sizes.reduce((sum, messages) => sum + messages, 0).toLocaleString("en");
  say(`${total} messages, ${rows[0]?.size}, seeded in ${Math.round((Date.now() - start) / 1000)} s`);
  return users.slice(0, measured.length);
}

async function report({ url, issuer }: Stage, users: readonly BenchUser[], count: number): Promise<void> {
  // Above the number of processors, the times say as much of the neighbours as of the service.
  say(`load average before the requests: ${loadavg()[0]?.toFixed(1)}`);
  const heads = ["p50", "p95", "max"].map((head) => head.padStart(9)).join("");
  say(`${"messages of the user".padStart(20)}  ${"what".padEnd(26)}${heads}  ms`);
  for (const user of users) {
    for (const { name, urls } of makeScenarios(url, user, count)) {
      const { p50, p95, max } = await measure(urls, issuer.token(user));
      const numbers = [p50, p95, max].map((ms) => ms.toFixed(1).padStart(9)).join("");
      say(`${user.messages.toLocaleString("en").padStart(20)}  ${name.padEnd(26)}${numbers}`);
    }
  }
}

/** Prints the times; they have no limits of their own. */
export async function measureHistory(scale: number): Promise<void> {
  const count = Math.max(5, Math.round(requests * Math.min(1, scale * 10)));
  await onStage(
    { AGENT: "extractive" },
    (server) => fill(server, scale),
    (stage, users) => report(stage, users, count),
  );
}
