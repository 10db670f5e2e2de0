/** Messages as the chat shows them: what a stream brings and what the service has stored, in one shape. */
import type { UIMessage } from "ai";
import type { Schemas } from "../api/rag-api.ts";

export interface Source {
  readonly id: string;
  readonly title: string;
  readonly quote: string;
  readonly uri: string;
  readonly url?: string;
  readonly heading?: string;
  readonly sourceRemoved?: boolean;
}

export type StoredMessage = Schemas["Message"];

/** Absent while the service has not told: a question on its way, an answer being written. */
export interface MessageFacts {
  readonly stored?: Omit<StoredMessage, "text" | "sources">;
}

/** With the names that the stream gives to its parts. */
export type ChatMessage = UIMessage<MessageFacts, { sources: Source[]; "chat-title": string }>;

export function textOf(message: ChatMessage): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

export function sourcesOf(message: ChatMessage): readonly Source[] {
  return message.parts.find((part) => part.type === "data-sources")?.data ?? [];
}

export function isBeingWritten({ metadata }: ChatMessage): boolean {
  const status = metadata?.stored?.status;
  return status === "queued" || status === "streaming";
}

/** A question keeps the id that it was sent with, so that the list does not blink when it is stored. */
export function fromStored({ text, sources, ...stored }: StoredMessage): ChatMessage {
  return {
    id: stored.clientMessageId ?? stored.id,
    role: stored.role,
    metadata: { stored },
    parts: [
      ...(sources.length > 0 ? [{ type: "data-sources" as const, data: sources as unknown as Source[] }] : []),
      { type: "text" as const, text },
    ],
  };
}

/** Where to go on the web; undefined for what is no address of the web, whatever it says. */
export function webAddress(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === "http:" || protocol === "https:" ? href : undefined;
}
