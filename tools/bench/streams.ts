/** Two hundred answers of thirty seconds at a time on five database connections: the list must not notice them. */
import { randomUUID } from "node:crypto";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { ToolFailure } from "../failure.ts";
import { addPeople, isWhole, Person } from "./people.ts";
import { readRegularly } from "./reader.ts";
import type { BenchUser } from "./seed.ts";
import { onStage, type Stage, say } from "./stage.ts";
import { Tally } from "./tally.ts";

const streams = 200;
const seconds = 30;
const poolSize = 5;
/** In which the streams begin; the list is timed after it. */
const rampSeconds = 5;
/** As many of one user as the service's own limit allows by default, half of it. */
const streamsOfOne = 10;
/** Milliseconds from one piece of an answer to the next: what is shown is what streams hold, not what their words cost. */
const wordEvery = 1_000;
const listEvery = 60;
/** The p95 of the list may be so much higher than without the streams, and a millisecond more for the clock. */
const tolerance = 1.2;

const connections = `
  select count(*)::int as open, (count(*) filter (where state like 'idle in transaction%'))::int as held
    from pg_stat_activity where datname = current_database() and usename = 'rag_api'`;

interface Held {
  /** Most connections of the service that were open at once. */
  open: number;
  /** Most that were idle in a transaction. */
  held: number;
}

/** Looks every so often until the work is done. */
async function watchConnections(superuserUrl: string, work: Promise<unknown>): Promise<Held> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  const most: Held = { open: 0, held: 0 };
  let working = true;
  const done = work.finally(() => {
    working = false;
  });
  while (working) {
    const { rows } = await client.query<Held>(connections);
    for (const { open, held } of rows) {
      most.open = Math.max(most.open, open);
      most.held = Math.max(most.held, held);
    }
    await sleep(100);
  }
  await client.end();
  await done;
  return most;
}

/** Times the list of one user, whose outcomes are counted by `what`. */
async function timeList(stage: Stage, user: BenchUser, tally: Tally, what: string, seconds: number): Promise<void> {
  const url = `${stage.url}/v1/conversations?limit=20`;
  for (const outcome of await readRegularly({ url, token: stage.issuer.token(user), seconds, every: listEvery })) {
    if (typeof outcome === "number") tally.succeed(what, outcome);
    else tally.fail(what, outcome);
  }
}

async function streamAll(people: readonly Person[], count: number, duration: number): Promise<number> {
  const words = Math.round((duration * 1000) / wordEvery);
  const question = `${words} words every ${wordEvery} ms`;
  const lastWord = `word${words - 1} `;
  const turns = Array.from({ length: count }, async (_, turn) => {
    // People do not all ask in the same second.
    await sleep((turn * Math.min(rampSeconds, duration / 3) * 1000) / count);
    const reply = await people[turn % people.length]?.ask("stream", randomUUID(), randomUUID(), question);
    return reply !== undefined && isWhole(reply) && reply.body.includes(lastWord);
  });
  return (await Promise.all(turns)).filter(Boolean).length;
}

function judge(tally: Tally, finished: number, count: number, most: Held): void {
  const [idle, beside] = [tally.p95("list, idle"), tally.p95("list, beside streams")];
  tally.report();
  say(
    `${finished} of ${count} streams finished, at most ${most.open} connections, ${most.held} idle in transaction; ` +
      `list p95 ${idle.toFixed(1)} → ${beside.toFixed(1)} ms, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  if (tally.countFailures() > 0 || finished < count) throw new ToolFailure("Not every stream or list came.");
  if (most.open > poolSize) throw new ToolFailure(`There were more than ${poolSize} connections.`);
  if (most.held > 0) throw new ToolFailure("A connection was held idle in a transaction.");
  // A small run says nothing about times.
  if (count === streams && beside > idle * tolerance) throw new ToolFailure("The list is slower beside the streams.");
}

async function drive(stage: Stage, users: readonly BenchUser[], count: number, duration: number): Promise<void> {
  const tally = new Tally();
  const people = users.map((user) => new Person(stage, user, tally));
  const [user] = users;
  if (user === undefined) return;
  for (let n = 0; n < 40; n++) await people[0]?.request("create", "POST", "/v1/conversations", { title: `Chat ${n}` });
  await timeList(stage, user, tally, "list, warming up", Math.min(3, duration));
  await timeList(stage, user, tally, "list, idle", Math.min(20, duration));
  const streaming = streamAll(people, count, duration);
  const listing = sleep(Math.min(rampSeconds + 2, duration / 3) * 1000).then(() =>
    timeList(stage, user, tally, "list, beside streams", Math.min(20, duration / 2)),
  );
  const most = await watchConnections(stage.server.superuserUrl, Promise.all([streaming, listing]));
  judge(tally, await streaming, count, most);
}

export async function holdStreams(scale: number): Promise<void> {
  const count = Math.max(10, Math.round(streams * scale));
  const duration = Math.max(3, seconds * scale);
  await onStage(
    { DATABASE_POOL_SIZE: String(poolSize) },
    (server) => addPeople(server.superuserUrl, Math.ceil(count / streamsOfOne)),
    (stage, users) => drive(stage, users, count, duration),
  );
}
