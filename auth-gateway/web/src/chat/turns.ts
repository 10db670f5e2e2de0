/** What a person does in a conversation: ask, change a question, ask for another answer, stop. */
import { generateId } from "ai";
import { ApiError } from "../api/problem.ts";
import { dataOf, ragApi } from "../api/rag-api.ts";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { chat as words } from "../strings/chat.ts";
import { type Attempt, type ChatRecord, forgetAttempt, syncMessages } from "./records.ts";
import { unsent } from "./storage.ts";

function begin(record: ChatRecord, attempt: Attempt): void {
  const { chat } = record;
  record.attempt = attempt;
  chat.clearError();
  if (attempt.kind === "regenerate") {
    const isHere = chat.messages.some(({ id }) => id === attempt.id);
    void chat.regenerate(isHere && attempt.id !== undefined ? { messageId: attempt.id } : {});
    return;
  }
  const parts = [{ type: "text" as const, text: attempt.text }];
  if (attempt.kind === "edit") {
    void chat.sendMessage({ parts, messageId: attempt.id });
    return;
  }
  unsent.write(record.id, { id: attempt.id, text: attempt.text });
  chat.messages = chat.messages.filter(({ id }) => id !== attempt.id);
  void chat.sendMessage({ id: attempt.id, role: "user", parts });
}

/** A question that may have arrived already keeps its id: the service then joins it, and asks nothing twice. */
export function submit(record: ChatRecord, text: string): void {
  const held = unsent.read(record.id);
  begin(record, { kind: "submit", id: held?.text === text ? held.id : generateId(), text });
}

export function edit(record: ChatRecord, id: string, text: string): void {
  begin(record, { kind: "edit", id, text });
}

export function regenerate(record: ChatRecord, id?: string): void {
  begin(record, { kind: "regenerate", id });
}

/** The turn that failed, once more. */
export function retry(record: ChatRecord): void {
  begin(record, record.attempt ?? { kind: "regenerate", id: undefined });
}

/** Takes a question that was not sent out of the conversation, and gives back its text. */
export function withdraw(record: ChatRecord): string {
  const { attempt, chat } = record;
  forgetAttempt(record);
  chat.clearError();
  if (attempt?.kind === "submit") chat.messages = chat.messages.filter(({ id }) => id !== attempt.id);
  syncMessages(record);
  return attempt === undefined || attempt.kind === "regenerate" ? "" : attempt.text;
}

/** Ends the answer at the service; the stream then ends by itself. */
export async function stop(record: ChatRecord): Promise<void> {
  const { chat, id } = record;
  const isOnItsWay = chat.status === "submitted";
  if (isOnItsWay) await chat.stop();
  try {
    await dataOf(ragApi.POST("/v1/chat/{id}/stop", { params: { path: { id } } }));
    record.isStored = true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return;
    await chat.stop();
    toast({ title: words.stopFailed, description: sentenceFor(error) });
  }
  if (isOnItsWay) syncMessages(record);
}
