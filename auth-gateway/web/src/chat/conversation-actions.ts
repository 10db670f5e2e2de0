/** What the messages of a conversation can do, bound to it. */
import type { QueryKey } from "@tanstack/react-query";
import { dataOf, ragApi, type Schemas } from "../api/rag-api.ts";
import { placeConversation } from "../history/conversations.ts";
import { queryClient } from "../shell/query-client.ts";
import type { ChatMessage } from "./messages.ts";
import { type ChatRecord, messagesKey } from "./records.ts";
import { edit, regenerate } from "./turns.ts";

export interface MessageActions {
  readonly conversationId: string;
  edit(id: string, text: string): void;
  regenerate(id: string): void;
  showBranch(messageId: string): Promise<void>;
  rate(messageId: string, feedback: Schemas["Feedback"] | null): void;
}

/** Shows the newest branch through a message. */
export async function showBranch(conversationId: string, messageId: string): Promise<void> {
  const change = { headMessageId: messageId } as Schemas["ChangeConversation"];
  const params = { path: { id: conversationId } };
  placeConversation(await dataOf(ragApi.PATCH("/v1/conversations/{id}", { params, body: change })));
  const queryKey: QueryKey = messagesKey(conversationId);
  await queryClient.invalidateQueries({ queryKey });
}

function withFeedback(message: ChatMessage, feedback: Schemas["Feedback"] | null): ChatMessage {
  const stored = message.metadata?.stored;
  return stored === undefined ? message : { ...message, metadata: { stored: { ...stored, feedback } } };
}

export function actionsOf(record: ChatRecord): MessageActions {
  const { chat } = record;
  return {
    conversationId: record.id,
    edit: (id, text) => edit(record, id, text),
    regenerate: (id) => regenerate(record, id),
    showBranch: (messageId) => showBranch(record.id, messageId),
    rate(messageId, feedback) {
      chat.messages = chat.messages.map((message) =>
        message.metadata?.stored?.id === messageId ? withFeedback(message, feedback) : message,
      );
    },
  };
}
