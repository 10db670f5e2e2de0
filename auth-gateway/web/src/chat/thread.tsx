/** The messages of a conversation in their order. */
import { memo } from "react";
import { chat } from "../strings/chat.ts";
import { Answer, Pending } from "./answer.tsx";
import type { MessageActions } from "./conversation-actions.ts";
import styles from "./message.module.css";
import { type ChatMessage, isBeingWritten } from "./messages.ts";
import { Question } from "./question.tsx";

export interface ThreadProps {
  readonly messages: readonly ChatMessage[];
  readonly actions: MessageActions;
  readonly status: "submitted" | "streaming" | "ready" | "error";
  /** The message that a search has led to. */
  readonly marked: string | undefined;
}

/** Where the page scrolls to for a message. */
export const anchorOf = (message: ChatMessage): string => `m-${message.metadata?.stored?.id ?? message.id}`;

export const Thread = memo(function Thread({ messages, actions, status, marked }: ThreadProps) {
  const isBusy = status === "submitted" || status === "streaming";
  const last = messages.at(-1);
  return (
    <ol className={styles.thread} aria-label={chat.messages}>
      {messages.map((message) => (
        <li
          key={message.id}
          id={anchorOf(message)}
          tabIndex={-1}
          className={`${styles.message} ${marked !== undefined && message.metadata?.stored?.id === marked ? styles.marked : ""}`}
        >
          {message.role === "user" ? (
            <Question message={message} actions={actions} isBusy={isBusy} />
          ) : (
            <Answer
              message={message}
              actions={actions}
              isBusy={isBusy}
              isWritten={message === last && (isBusy || isBeingWritten(message))}
            />
          )}
        </li>
      ))}
      {isBusy && last?.role === "user" && (
        <li className={styles.message}>
          <Pending label={status === "submitted" ? chat.sending : chat.searching} />
        </li>
      )}
    </ol>
  );
});
