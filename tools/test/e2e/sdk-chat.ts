/** The AI SDK's own chat, without the framework that would show it: what `useChat` does, in Node. */
import {
  AbstractChat,
  type ChatState,
  type ChatStatus,
  type ChatTransport,
  DefaultChatTransport,
  type UIMessage,
} from "ai";
import * as aiV5 from "ai-v5";
import * as aiV6 from "ai-v6";

interface Sdk {
  AbstractChat: typeof AbstractChat;
  DefaultChatTransport: typeof DefaultChatTransport;
}

/** The three majors, by number; the older ones have the same interface for what is used here. */
export const sdks: readonly (readonly [string, Sdk])[] = [
  ["7", { AbstractChat, DefaultChatTransport }],
  ["6", aiV6 as unknown as Sdk],
  ["5", aiV5 as unknown as Sdk],
];

class MemoryState implements ChatState<UIMessage> {
  status: ChatStatus = "ready";
  error: Error | undefined = undefined;
  messages: UIMessage[];

  constructor(messages: UIMessage[]) {
    this.messages = messages;
  }

  pushMessage = (message: UIMessage) => {
    this.messages = [...this.messages, message];
  };
  popMessage = () => {
    this.messages = this.messages.slice(0, -1);
  };
  replaceMessage = (index: number, message: UIMessage) => {
    this.messages = this.messages.with(index, structuredClone(message));
  };
  snapshot = <T>(thing: T): T => structuredClone(thing);
}

export interface ChatOptions {
  id: string;
  url: string;
  token: string;
  messages?: UIMessage[];
}

export type Chat = AbstractChat<UIMessage>;

export function openChat(
  sdk: Sdk,
  { id, url, token, messages = [] }: ChatOptions,
  transport?: ChatTransport<UIMessage>,
): Chat {
  class MemoryChat extends sdk.AbstractChat<UIMessage> {}
  return new MemoryChat({
    id,
    state: new MemoryState(messages),
    transport:
      transport ??
      new sdk.DefaultChatTransport({ api: `${url}/v1/chat`, headers: () => ({ authorization: `Bearer ${token}` }) }),
  });
}

export const textOf = (message: UIMessage | undefined) =>
  (message?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");
