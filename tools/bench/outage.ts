/** PostgreSQL killed under load and away for half a minute: what was acknowledged is there once, and nobody saw a 500. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { ToolFailure } from "../failure.ts";
import { addPeople, isWhole, Person, type Reply } from "./people.ts";
import { onStage, type Stage, say } from "./stage.ts";
import { Tally } from "./tally.ts";

const users = 40;
const secondsAway = 30;
const readyWithin = 5_000;
/** Tries of one request; a client that honours Retry-After needs fewer. */
const tries = 60;

/** What the service said that it had stored. */
interface Acknowledged {
  readonly conversations: string[];
  readonly questions: string[];
  readonly answers: string[];
}

interface Load {
  readonly acknowledged: Acknowledged;
  /** Answers that are neither a success nor a typed 503 with Retry-After. */
  readonly wrong: string[];
  isOver: boolean;
}

const isTyped503 = ({ status, code, retryAfter }: Reply) =>
  status === 503 && (code === "database_unavailable" || code === "unavailable") && (retryAfter ?? 0) > 0;

/** Sends a request again until it succeeds, as its Retry-After says; every try carries the same ids. */
async function insist(load: Load, send: () => Promise<Reply | undefined>): Promise<Reply | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const reply = await send();
    if (reply === undefined) load.wrong.push("a broken connection");
    else if (reply.status < 300) return reply;
    else if (!isTyped503(reply)) load.wrong.push(`${reply.status} ${reply.code} ${reply.body.slice(0, 200)}`);
    if (load.isOver) return undefined;
    await sleep((reply?.retryAfter ?? 1) * 1000);
  }
  return undefined;
}

async function work(person: Person, load: Load): Promise<void> {
  const { conversations, questions, answers } = load.acknowledged;
  while (!load.isOver) {
    const [conversation, question] = [randomUUID(), randomUUID()];
    const body = { id: conversation, title: "Kept" };
    if (await insist(load, () => person.request("create", "POST", "/v1/conversations", body))) {
      conversations.push(conversation);
    }
    const told = await insist(load, () => person.ask("question", conversation, question, "10 words every 50 ms"));
    if (told !== undefined) questions.push(question);
    if (told !== undefined && isWhole(told)) answers.push(question);
    await insist(load, () => person.request("list", "GET", "/v1/conversations?limit=20"));
    await sleep(200 * Math.random());
  }
}

const countKept = `
  select (select count(*) from rag.conversation where id = any ($1) and title = 'Kept') as conversations,
         (select count(*) from rag.message where role = 'user' and client_message_id = any ($2)) as questions,
         (select count(*) from rag.message q join rag.message a on a.user_id = q.user_id and a.parent_id = q.id
            where q.client_message_id = any ($3) and a.status = 'complete' and a.text like '%word9 ') as answers`;

async function judge(superuserUrl: string, load: Load, readyMs: number): Promise<void> {
  const { conversations, questions, answers } = load.acknowledged;
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  const { rows } = await client
    .query<Record<string, string>>(countKept, [conversations, questions, answers])
    .finally(() => client.end());
  say(
    `acknowledged and stored: ${conversations.length} and ${rows[0]?.conversations} conversations, ` +
      `${questions.length} and ${rows[0]?.questions} questions, ${answers.length} and ${rows[0]?.answers} answers; ` +
      `ready ${readyMs} ms after the database`,
  );
  for (const wrong of new Set(load.wrong)) say(`wrong: ${wrong}`);
  if (load.wrong.length > 0) throw new ToolFailure("Somebody got something else than a typed 503.");
  const kept = [rows[0]?.conversations, rows[0]?.questions, rows[0]?.answers].map(Number);
  const told = [conversations, questions, answers].map((ids) => ids.length);
  if (told.some((count, n) => count !== kept[n])) throw new ToolFailure("What was acknowledged is not there once.");
  if (told.includes(0)) throw new ToolFailure("Nothing was acknowledged.");
  if (readyMs > readyWithin) throw new ToolFailure(`It was not ready within ${readyWithin} ms.`);
}

async function timeReady(url: string): Promise<number> {
  const start = Date.now();
  while (!(await fetch(`${url}/readyz`)).ok) await sleep(50);
  return Date.now() - start;
}

async function drive(stage: Stage, people: readonly Person[], away: number): Promise<void> {
  const load: Load = { acknowledged: { conversations: [], questions: [], answers: [] }, wrong: [], isOver: false };
  const working = Promise.all(people.map((person) => work(person, load)));
  await sleep(Math.min(5, away) * 1000);
  say(`killed after ${load.acknowledged.questions.length} questions, away for ${away} s`);
  await stage.database.kill();
  await sleep(away * 1000);
  await stage.database.start();
  const readyMs = await timeReady(stage.url);
  await sleep(Math.min(10, 2 + away) * 1000);
  load.isOver = true;
  await working;
  await judge(stage.server.superuserUrl, load, readyMs);
}

export async function killDatabase(scale: number): Promise<void> {
  const tally = new Tally();
  await onStage(
    // The outage is meant: a line for every failed connection would hide the rest.
    { DATABASE_POOL_SIZE: "10", LOG_LEVEL: "error" },
    (server) => addPeople(server.superuserUrl, Math.max(5, Math.round(users * scale))),
    async (stage, people) => {
      const persons = people.map((user) => new Person(stage, user, tally));
      await drive(stage, persons, Math.max(2, secondsAway * scale));
      tally.report();
    },
  );
}
