/** A million old messages are purged while people chat: what they wait for must hardly change. */
import { randomUUID } from "node:crypto";
import { availableParallelism, loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { ToolFailure } from "../failure.ts";
import type { DisposableServer } from "../postgres/disposable.ts";
import { addPeople, Person } from "./people.ts";
import { type BenchUser, seed } from "./seed.ts";
import { onStage, type Stage, say } from "./stage.ts";
import { Tally } from "./tally.ts";

const messages = 1_000_000;
const owners = 20;
const chatting = 4;
/** Seconds for which the idle service is measured, before and after. */
const idleSeconds = 30;
/** Times of the idle p95 that a turn may take beside the purge. */
const tolerance = 1.2;
const settings = {
  RETENTION_DEFAULT_DAYS: "30",
  RETENTION_PURGE_INTERVAL: "30d",
  CHAT_LIMIT_TURNS: "100000/1m",
};

interface Purge {
  readonly finished: boolean;
  readonly conversations: number;
  readonly messages: number;
  readonly failed: number;
}

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return await work(client).finally(() => client.end());
}

/** The first pass is put off until the idle service has been measured. */
async function prepare(server: DisposableServer, scale: number): Promise<BenchUser[]> {
  const each = Math.max(100, Math.round((messages * scale) / owners / 100) * 100);
  await seed(
    server.superuserUrl,
    Array.from({ length: owners }, () => each),
    availableParallelism(),
  );
  await withClient(server.superuserUrl, (client) => client.query("update rag.purge set next_at = 'infinity'"));
  return await addPeople(server.superuserUrl, chatting);
}

/** Asks, looks, and rests a little, over and over; the model answers at once, so the time is the service's own. */
async function chat(people: readonly Person[], when: string, isOver: () => boolean): Promise<void> {
  await Promise.all(
    people.map(async (person) => {
      while (!isOver()) {
        const conversation = randomUUID();
        await person.ask(`turn, ${when}`, conversation, randomUUID(), "3 words every 1 ms: how are keys rotated?");
        await person.request(`list, ${when}`, "GET", "/v1/conversations?limit=20");
        await person.request(`messages, ${when}`, "GET", `/v1/conversations/${conversation}/messages`);
        await sleep(100 + 200 * Math.random());
      }
    }),
  );
}

async function chatFor(people: readonly Person[], when: string, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1000;
  await chat(people, when, () => performance.now() > until);
}

async function readPurge(client: Client): Promise<Purge> {
  const { rows } = await client.query<Purge>(
    "select finished_at is not null as finished, conversations::int, messages::int, failed from rag.purge",
  );
  const [row] = rows;
  if (row === undefined) throw new ToolFailure("There is no row in rag.purge.");
  return row;
}

/** Lets the service's own purge begin, and chats until it has ended. */
async function chatBesidePurge(client: Client, people: readonly Person[]): Promise<{ purge: Purge; seconds: number }> {
  await client.query("update rag.purge set next_at = now()");
  // The service looks every half a minute.
  for (;;) {
    const { rows } = await client.query("select from rag.purge where as_of is not null");
    if (rows.length > 0) break;
    await sleep(100);
  }
  const start = performance.now();
  let over = false;
  const chatted = chat(people, "beside the purge", () => over);
  let purge = await readPurge(client);
  while (!purge.finished) {
    await sleep(200);
    purge = await readPurge(client);
  }
  over = true;
  const seconds = (performance.now() - start) / 1000;
  await chatted;
  return { purge, seconds };
}

function judge(tally: Tally, purge: Purge, seconds: number, isWhole: boolean): void {
  tally.report();
  const [before, beside] = [tally.p95("turn, idle"), tally.p95("turn, beside the purge")];
  say(
    `${purge.messages.toLocaleString("en")} messages in ${purge.conversations.toLocaleString("en")} conversations, ` +
      `${purge.failed} failed, ${seconds.toFixed(0)} s; turn p95 ${before.toFixed(1)} → ${beside.toFixed(1)} ms ` +
      `(× ${(beside / before).toFixed(2)}), load average ${loadavg()[0]?.toFixed(1)}`,
  );
  if (purge.failed > 0 || tally.countFailures() > 0) throw new ToolFailure("Something was refused, or not deleted.");
  // A small run says nothing about times.
  if (isWhole && beside > before * tolerance) throw new ToolFailure("Chat is slower beside the purge.");
}

async function drive(stage: Stage, users: readonly BenchUser[], scale: number): Promise<void> {
  const tally = new Tally();
  const people = users.map((user) => new Person(stage, user, tally));
  const seconds = Math.max(3, idleSeconds * Math.min(1, scale * 10));
  await chatFor(people, "warming up", Math.min(5, seconds));
  await chatFor(people, "idle", seconds);
  await withClient(stage.server.superuserUrl, async (client) => {
    const { purge, seconds: taken } = await chatBesidePurge(client, people);
    await chatFor(people, "idle again", seconds);
    judge(tally, purge, taken, scale === 1);
  });
}

export async function purgeBesideChat(scale: number): Promise<void> {
  await onStage(
    settings,
    (server) => prepare(server, scale),
    (stage, users) => drive(stage, users, scale),
  );
}
