/** Users with a session, and what each of them asks of the service. */
import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { Client } from "pg";
import type { BenchUser } from "./seed.ts";
import type { Stage } from "./stage.ts";
import type { Tally } from "./tally.ts";

const insertPeople = `
  with person as (
    insert into auth."user" (id, name, email) select p.id, 'Bench', p.id || '@example.com' from unnest($1::uuid[]) p(id)
  )
  insert into auth.session (id, user_id, token, expires_at)
    select s.id, s.user_id, s.id::text, now() + interval '1 day' from unnest($2::uuid[], $1::uuid[]) s(id, user_id)`;

export async function addPeople(superuserUrl: string, count: number): Promise<BenchUser[]> {
  const people = Array.from({ length: count }, () => ({ userId: randomUUID(), sessionId: randomUUID(), messages: 0 }));
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  // One transaction: the session's foreign key is checked at its end.
  const ids = [people.map((person) => person.userId), people.map((person) => person.sessionId)];
  await client.query(insertPeople, ids).finally(() => client.end());
  return people;
}

export interface Reply {
  readonly status: number;
  readonly code: string;
  readonly retryAfter: number | undefined;
  readonly body: string;
}

async function describe(response: Response, body: string): Promise<Reply> {
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  const code = isProblem ? (JSON.parse(body) as { code: string }).code : "";
  const retryAfter = response.headers.get("retry-after");
  return { status: response.status, code, body, retryAfter: retryAfter === null ? undefined : Number(retryAfter) };
}

/** Of the five minutes that a token lives. */
const RENEW_AFTER_MS = 4 * 60_000;

/** One signed-in user. */
export class Person {
  private readonly stage: Stage;
  private readonly tally: Tally;
  private readonly user: BenchUser;
  private token = "";
  private renewAt = 0;

  constructor(stage: Stage, user: BenchUser, tally: Tally) {
    this.stage = stage;
    this.tally = tally;
    this.user = user;
  }

  /** As a frontend has them: a token anew before the old one is over. */
  private headers(): Record<string, string> {
    if (performance.now() > this.renewAt) {
      this.token = this.stage.issuer.token(this.user);
      this.renewAt = performance.now() + RENEW_AFTER_MS;
    }
    return { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
  }

  /** A request and its whole answer, timed and counted by `what`; undefined when the connection broke. */
  async request(what: string, method: string, path: string, body?: object): Promise<Reply | undefined> {
    const start = performance.now();
    try {
      const response = await fetch(`${this.stage.url}${path}`, {
        method,
        headers: this.headers(),
        ...(body && { body: JSON.stringify(body) }),
      });
      const reply = await describe(response, await response.text());
      if (response.ok) this.tally.succeed(what, performance.now() - start);
      else this.tally.fail(what, `${reply.status} ${reply.code}`);
      return reply;
    } catch (error) {
      this.tally.fail(what, `connection: ${String(error instanceof Error ? (error.cause ?? error) : error)}`);
      return undefined;
    }
  }

  /** A turn, read to the end of its stream; one that does not end well is counted as a failure too. */
  async ask(what: string, conversationId: string, messageId: string, text: string): Promise<Reply | undefined> {
    const messages = [{ id: messageId, role: "user", parts: [{ type: "text", text }] }];
    const reply = await this.request(what, "POST", "/v1/chat", { id: conversationId, messages });
    if (reply?.status === 200 && !isWhole(reply)) {
      this.tally.fail(what, /"errorText":"(\w+)"/.exec(reply.body)?.[1] ?? "no end");
    }
    return reply;
  }
}

/** Whether a turn's stream came to the good end. */
export const isWhole = (reply: Reply) => reply.body.includes('"type":"finish"');
