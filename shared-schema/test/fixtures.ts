/** Two users with a session each, and a conversation of the first one's. */
import { randomUUID } from "node:crypto";
import { Client } from "pg";

export interface Person {
  userId: string;
  sessionId: string;
}

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

export async function insertPerson(asOwner: Client): Promise<Person> {
  const person = { userId: randomUUID(), sessionId: randomUUID() };
  await asOwner.query(
    `insert into auth."user" (id, name, email) values ($1::uuid, 'Someone', $1::text || '@example.com')`,
    [person.userId],
  );
  await asOwner.query(
    "insert into auth.session (id, user_id, token, expires_at) values ($1::uuid, $2, $1::text, now() + interval '1 hour')",
    [person.sessionId, person.userId],
  );
  return person;
}

export interface Turn {
  runId: string;
  lease: string;
  userMessageId: string;
  assistantMessageId: string;
}

/** Starts a turn by the function that rag-api calls. */
export async function startTurn(
  asRagApi: Client,
  { userId, sessionId }: Person,
  conversationId: string,
  clientMessageId: string,
  {
    text = "How are keys rotated?",
    leaseSeconds = 30,
    trigger = "submit",
    target,
  }: { text?: string; leaseSeconds?: number; trigger?: string; target?: string } = {},
): Promise<Turn & { created: boolean; question: string; history: { role: string; text: string }[] }> {
  const turn = {
    userMessageId: randomUUID(),
    assistantMessageId: randomUUID(),
    runId: randomUUID(),
    lease: randomUUID(),
  };
  const { rows } = await asRagApi.query(
    "select * from rag.start_turn($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '{}', 20, $11, $12)",
    [
      userId,
      sessionId,
      conversationId,
      clientMessageId,
      text,
      turn.userMessageId,
      turn.assistantMessageId,
      turn.runId,
      turn.lease,
      leaseSeconds,
      trigger,
      target ?? null,
    ],
  );
  const [row] = rows;
  return {
    runId: row.run_id,
    lease: turn.lease,
    userMessageId: row.user_message_id,
    assistantMessageId: row.assistant_message_id,
    created: row.created,
    question: row.question,
    history: row.history,
  };
}
