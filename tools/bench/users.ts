/** A thousand users at a time for two minutes, each at a person's pace: nobody may get an error that they did not ask for. */
import { randomUUID } from "node:crypto";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { ToolFailure } from "../failure.ts";
import { addPeople, Person } from "./people.ts";
import { onStage, say } from "./stage.ts";
import { Tally } from "./tally.ts";

const users = 1_000;
const seconds = 120;
/** Milliseconds between two requests of one user: 3 to 27 seconds, for they read what they asked for; less in a shorter run. */
const pauseAbout = 15_000;

/** What somebody does with a chat window open: looks, asks, reads, searches, tidies up. */
async function useTheChat(person: Person, duration: number): Promise<void> {
  const until = Date.now() + duration * 1000;
  const pause = Math.min(pauseAbout, duration * 125);
  let conversation: string = randomUUID();
  const steps = [
    () => person.request("list", "GET", "/v1/conversations?limit=20"),
    () => person.ask("question", conversation, randomUUID(), "40 words every 50 ms: how are keys rotated?"),
    () => person.request("messages", "GET", `/v1/conversations/${conversation}/messages`),
    () => person.request("search", "GET", `/v1/search?q=${encodeURIComponent("rotated keys")}`),
    () => person.ask("question", conversation, randomUUID(), "20 words every 50 ms: and then?"),
    () => person.request("rename", "PATCH", `/v1/conversations/${conversation}`, { title: "Keys" }),
    () => person.request("list", "GET", "/v1/conversations?limit=20"),
    () => {
      const old = conversation;
      conversation = randomUUID();
      return person.request("delete", "DELETE", `/v1/conversations/${old}`);
    },
  ];
  // The first pause spreads the users over it.
  await sleep(2 * pause * Math.random());
  for (let step = 0; Date.now() < until; step++) {
    await steps[step % steps.length]?.();
    await sleep(pause * (0.2 + 1.6 * Math.random()));
  }
}

async function drive(people: readonly Person[], duration: number, tally: Tally): Promise<void> {
  const start = Date.now();
  await Promise.all(people.map((person) => useTheChat(person, duration)));
  const elapsed = (Date.now() - start) / 1000;
  tally.report();
  say(
    `${people.length} users, ${Math.round(elapsed)} s, ${Math.round(tally.succeeded / elapsed)} requests a second, ` +
      `${tally.countFailures()} errors, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  if (tally.countFailures() > 0) throw new ToolFailure("Users got errors that they did not ask for.");
}

export async function admitUsers(scale: number): Promise<void> {
  const count = Math.max(10, Math.round(users * scale));
  const duration = Math.max(8, seconds * scale);
  const tally = new Tally();
  await onStage(
    { DATABASE_POOL_SIZE: "10" },
    (server) => addPeople(server.superuserUrl, count),
    (stage, people) => {
      const persons = people.map((user) => new Person(stage, user, tally));
      return drive(persons, duration, tally);
    },
  );
}
