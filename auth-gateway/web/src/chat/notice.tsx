/** Why there is no answer, in words, with what can be done about it. */
import { CloudOff, RotateCw } from "lucide-react";
import { useEffect, useState } from "react";
import { ApiError, errorFrom } from "../api/problem.ts";
import { Button } from "../components/button.tsx";
import { describeError } from "../errors/describe.ts";
import { chat } from "../strings/chat.ts";
import styles from "./notice.module.css";
import { type ChatRecord, syncMessages } from "./records.ts";
import { retry, withdraw } from "./turns.ts";

/** The answer goes on without us. */
export function isConnectionLost(record: ChatRecord, error: Error | undefined): boolean {
  const cause = error === undefined ? undefined : errorFrom(error);
  return record.attempt === undefined && cause instanceof ApiError && cause.status === 0;
}

/** Words for a turn that did not come about. */
function wordsFor(record: ChatRecord, error: Error | undefined): { title: string; text: string } {
  if (isConnectionLost(record, error)) return { title: chat.lostTitle, text: chat.lostText };
  const cause = error === undefined ? undefined : errorFrom(error);
  if (cause instanceof ApiError) {
    if (cause.code === "conversation_busy") return { title: chat.busyTitle, text: chat.busyText };
    if (cause.status === 413) return { title: chat.notSentTitle, text: `${cause.message} ${chat.tooLongText}` };
    const { title, text } = describeError(cause);
    return { title: chat.notSentTitle, text: `${title}. ${text}` };
  }
  if (record.attempt !== undefined) return { title: chat.notSentTitle, text: "" };
  return { title: chat.notAnsweredTitle, text: chat.failures[error?.message ?? ""] ?? chat.failed };
}

/** Counts down to 0 from the seconds that a service asked to wait. */
function useCountdown(error: Error | undefined): number {
  const wait = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
  const [left, setLeft] = useState(wait);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the next error may ask for the same wait again.
  useEffect(() => {
    setLeft(wait);
    if (wait === 0) return;
    const until = Date.now() + wait * 1_000;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1_000))), 500);
    return () => clearInterval(timer);
  }, [error, wait]);
  return left;
}

export interface NoticeProps {
  readonly record: ChatRecord;
  readonly error: Error | undefined;
  /** Gets the text of a question that the person wants to change. */
  readonly onChange: (text: string) => void;
}

export function Notice({ record, error, onChange }: NoticeProps) {
  const { title, text } = wordsFor(record, error);
  const left = useCountdown(error);
  const isLost = isConnectionLost(record, error);
  const { attempt } = record;
  const again = () => (isLost ? syncMessages(record) : retry(record));
  return (
    <div className={styles.notice} role="alert">
      <CloudOff size={20} aria-hidden="true" className={styles.icon} />
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {text !== "" && <p>{text}</p>}
      </div>
      <div className={styles.buttons}>
        <Button disabled={left > 0} onClick={left > 0 ? undefined : again}>
          <RotateCw size={16} aria-hidden="true" />
          {left > 0 ? chat.retryIn(left) : isLost ? chat.reconnect : chat.retry}
        </Button>
        {attempt !== undefined && (
          <Button look="quiet" onClick={() => onChange(withdraw(record))}>
            {attempt.kind === "regenerate" ? chat.discard : chat.change}
          </Button>
        )}
      </div>
    </div>
  );
}
