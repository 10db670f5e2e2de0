/** The conversations of this window. They live beside the pages: an answer is read on while another page is looked at. */
import { Chat } from "@ai-sdk/react";
import { DefaultChatTransport, generateId } from "ai";
import { readAnswer } from "../api/problem.ts";
import { ragFetch } from "../api/rag-api.ts";
import { runtimeConfig } from "../config.ts";
import { refreshConversation, renameInLists } from "../history/conversations.ts";
import { queryClient } from "../shell/query-client.ts";
import type { ChatMessage } from "./messages.ts";
import { unsent } from "./storage.ts";

/** A turn that the service has not taken yet; it may be sent again as it is. */
export type Attempt =
  | { readonly kind: "submit" | "edit"; readonly id: string; readonly text: string }
  | { readonly kind: "regenerate"; readonly id: string | undefined };

export interface ChatRecord {
  readonly id: string;
  readonly chat: Chat<ChatMessage>;
  /** Whether the service knows this conversation. */
  isStored: boolean;
  attempt: Attempt | undefined;
}

const KEPT = 20;
const ASK_AGAIN_MS = 2_000;
const records = new Map<string, ChatRecord>();
let fresh: ChatRecord | undefined;

export const messagesKey = (id: string) => ["messages", id] as const;

export const isBusy = ({ chat }: ChatRecord): boolean => chat.status === "submitted" || chat.status === "streaming";

/** Asks the service how the conversation is now. */
export function syncMessages({ id, isStored }: ChatRecord): void {
  if (isStored) void queryClient.invalidateQueries({ queryKey: messagesKey(id) });
}

export function forgetAttempt(record: ChatRecord): void {
  record.attempt = undefined;
  unsent.write(record.id, undefined);
}

/** `fetch` for the stock transport: it knows what was taken, and fails in the words of the service. */
async function send(record: ChatRecord, input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await ragFetch(input, init);
  if (!response.ok) throw await readAnswer(response);
  if (init?.method === "POST") {
    record.isStored = true;
    forgetAttempt(record);
    void refreshConversation(record.id);
  } else if (response.status === 204) {
    // The answer ended between two questions, or a worker has died and nobody has noticed yet.
    setTimeout(() => syncMessages(record), ASK_AGAIN_MS);
  }
  return response;
}

function createTransport(record: () => ChatRecord): DefaultChatTransport<ChatMessage> {
  return new DefaultChatTransport({
    api: `${runtimeConfig().ragApiUrl}/v1/chat`,
    fetch: (input, init) => send(record(), input, init),
    // The service knows the conversation: only the question is new, and a long history would be too large.
    prepareSendMessagesRequest: ({ id, messages, trigger, messageId }) => {
      const question = messages.findLast(({ role }) => role === "user");
      const sent = question && { id: question.id, role: question.role, parts: question.parts };
      return { body: { id, messages: sent === undefined ? [] : [sent], trigger, messageId } };
    },
  });
}

function createRecord(id: string, isStored: boolean): ChatRecord {
  const record: ChatRecord = {
    id,
    isStored,
    attempt: undefined,
    chat: new Chat<ChatMessage>({
      id,
      transport: createTransport(() => record),
      onData(part) {
        if (part.type === "data-chat-title") renameInLists(id, part.data);
      },
      onFinish() {
        syncMessages(record);
        if (record.isStored) void refreshConversation(id);
      },
    }),
  };
  return record;
}

function keep(record: ChatRecord): ChatRecord {
  records.delete(record.id);
  records.set(record.id, record);
  for (const [id, other] of records) {
    if (records.size <= KEPT) break;
    if (!isBusy(other) && other.attempt === undefined && other !== record) records.delete(id);
  }
  return record;
}

/** The conversation of an address. */
export function openRecord(id: string): ChatRecord {
  return keep(records.get(id) ?? createRecord(id, true));
}

/** The conversation that the next question begins. */
export function openFreshRecord(): ChatRecord {
  if (fresh === undefined || fresh.chat.messages.length > 0) fresh = createRecord(generateId(), false);
  return keep(fresh);
}
