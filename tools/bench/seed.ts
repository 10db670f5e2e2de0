/** Fills the database with conversations whose words are as unevenly frequent as those of a language. */
import { Client } from "pg";
import { withoutIndexes } from "./indexes.ts";

export interface BenchUser {
  readonly userId: string;
  readonly sessionId: string;
  readonly messages: number;
}

const vocabulary = 20_000;
/** Of a conversation; the last one is its head. */
export const messagesPerConversation = 100;

const id = (user: number, kind: number) =>
  `0000${user.toString(16).padStart(4, "0")}-0000-7000-8000-${kind.toString(16).padStart(12, "0")}`;

/** The word of a rank: letters only, so that it is one word to the index. */
export function wordOfRank(rank: number): string {
  return (rank * 7919).toString(16).replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "");
}

/** The two most frequent ideographs but a few: every tenth phrase is made of such. */
export const ideographs = String.fromCodePoint(0x4e00 + 5, 0x4e00 + 7);

const makePhrases = (phrases: number) => `
  create table public.bench_phrase as
    select n, case when n % 10 = 0
      then (select string_agg(chr(19968 + floor(exp(random() * ln(2000)))::int), '') from generate_series(1, 12 + n * 0))
      else (select string_agg(translate(to_hex(floor(exp(random() * ln(${vocabulary})))::int * 7919), '0123456789', 'ghijklmnop'), ' ')
              from generate_series(1, 10 + n * 0))
      end as text
      from generate_series(0, ${phrases - 1}) n`;

const insertPerson = `
  with person as (insert into auth."user" (id, name, email) values ($1::uuid, 'Bench', $1::text || '@example.com'))
  insert into auth.session (id, user_id, token, expires_at) values ($2::uuid, $1, $2::text, now() + interval '1 day')`;

/** UUIDv7 in the order of the messages: as the service's, they sort by time. */
const messageId = (
  n: string,
) => `(lpad(to_hex(1767225600000 / 65536), 8, '0') || '-' || lpad(to_hex((${n}) / 65536), 4, '0')
  || '-7' || lpad(to_hex((${n}) / 16 % 4096), 3, '0') || '-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

const insertConversations = (phrases: number) => `
  insert into rag.conversation (user_id, id, title, title_source, head_message_id, created_at, updated_at)
    select $1::uuid, 'c' || c.n, p.text, 'auto', ${messageId(`c.n * ${messagesPerConversation}`)}, t.time, t.time
      from (select n, floor(random() * ${phrases})::int as pick from generate_series(1, $2::int) n) c
      join public.bench_phrase p on p.n = c.pick
      cross join lateral (select '2026-01-01Z'::timestamptz + c.n * interval '1 minute' as time) t`;

const insertMessages = (phrases: number) => `
  insert into rag.message (user_id, id, conversation_id, client_message_id, parent_id, role, status, text, created_at)
    select $1::uuid, ${messageId("m.n")}, 'c' || (m.n - 1) / ${messagesPerConversation} + 1,
           case when m.n % 2 = 1 then 'm' || m.n end,
           case when m.n % ${messagesPerConversation} <> 1 then ${messageId("m.n - 1")} end,
           case when m.n % 2 = 1 then 'user' else 'assistant' end, 'complete', a.text || ' ' || b.text,
           '2026-01-01Z'::timestamptz + m.n * interval '1 second'
      from (select n, floor(random() * ${phrases})::int as one, floor(random() * ${phrases})::int as two
              from generate_series($2::int, $3::int) n) m
      join public.bench_phrase a on a.n = m.one
      join public.bench_phrase b on b.n = m.two
      order by m.n`;

/** Messages that one statement inserts: small enough for all connections to end at about the same time. */
const batch = 50_000;

type Job = (client: Client) => Promise<unknown>;

function listJobs(users: readonly BenchUser[], phrases: number): Job[] {
  return users.flatMap(({ userId, messages }) => {
    const conversations: Job = (client) =>
      client.query(insertConversations(phrases), [userId, Math.ceil(messages / messagesPerConversation)]);
    const parts = Array.from({ length: Math.ceil(messages / batch) }, (_, part): Job => {
      const range = [part * batch + 1, Math.min(messages, (part + 1) * batch)];
      return (client) => client.query(insertMessages(phrases), [userId, ...range]);
    });
    return [conversations, ...parts];
  });
}

/** A superuser's session may go without triggers and policies. */
async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("set session_replication_role = replica; set maintenance_work_mem = '1GB'");
  return client;
}

async function work(url: string, jobs: Iterable<Job>): Promise<void> {
  const client = await connect(url);
  try {
    for (const job of jobs) await job(client);
  } finally {
    await client.end();
  }
}

/** Users of the given sizes, by as many connections as there are processors. */
export async function seed(superuserUrl: string, sizes: readonly number[], connections: number): Promise<BenchUser[]> {
  const users = sizes.map((messages, n) => ({ userId: id(n, 1), sessionId: id(n, 2), messages }));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // Two of them make a message.
  const phrases = Math.min(20_000, Math.ceil(total / 2));
  const client = await connect(superuserUrl);
  try {
    await client.query(makePhrases(phrases));
    await client.query("analyze public.bench_phrase");
    for (const { userId, sessionId } of users) await client.query(insertPerson, [userId, sessionId]);
    await withoutIndexes(client, ["conversation", "message"], async () => {
      const jobs = listJobs(users, phrases).values();
      await Promise.all(Array.from({ length: connections }, () => work(superuserUrl, jobs)));
    });
    await client.query("drop table public.bench_phrase");
    await client.query("vacuum analyze rag.conversation, rag.message");
  } finally {
    await client.end();
  }
  return users;
}
