/** An answer: its text with citations, its sources, how it ended, and what can be done with it. */
import { CircleAlert, CircleStop, RotateCw } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button, IconButton } from "../components/button.tsx";
import { Spinner } from "../components/spinner.tsx";
import { chat } from "../strings/chat.ts";
import { BranchSwitch } from "./branch-switch.tsx";
import { withoutOpenMark } from "./citations.ts";
import { CopyButton } from "./copy-button.tsx";
import { FeedbackButtons } from "./feedback.tsx";
import styles from "./message.module.css";
import { sourcesOf, textOf } from "./messages.ts";
import type { MessageProps } from "./question.tsx";
import { SourceList } from "./source-popover.tsx";

export const loadMarkdown = () => import("./markdown.tsx");
const Markdown = lazy(loadMarkdown);

export function Pending({ label }: { readonly label: string }) {
  return (
    <p className={styles.pending}>
      <Spinner />
      {label}
    </p>
  );
}

export interface AnswerProps extends MessageProps {
  readonly isWritten: boolean;
}

export function Answer({ message, actions, isBusy, isWritten }: AnswerProps) {
  const whole = textOf(message);
  const text = isWritten ? withoutOpenMark(whole) : whole;
  const sources = sourcesOf(message);
  const hasEnded = !isWritten && message.metadata?.stored !== undefined;
  return (
    <div className={styles.answer} aria-busy={isWritten}>
      <h2 className="visually-hidden">{chat.answer}</h2>
      {text === "" && isWritten && <Pending label={chat.searching} />}
      {text !== "" && (
        // Until the reader of Markdown is there, the text is: nobody waits for a file to read an answer.
        <Suspense fallback={<p className={styles.plain}>{text}</p>}>
          <Markdown id={message.id} text={text} sources={sources} />
        </Suspense>
      )}
      {!isWritten && sources.length > 0 && <SourceList sources={sources} />}
      {hasEnded && <Ending message={message} actions={actions} isBusy={isBusy} isEmpty={text === ""} />}
      {hasEnded && <AnswerTools message={message} actions={actions} isBusy={isBusy} />}
    </div>
  );
}

/** Says how an answer ended that is not whole, and offers another. */
function Ending({ message, actions, isBusy, isEmpty }: MessageProps & { readonly isEmpty: boolean }) {
  const { status, errorCode } = message.metadata?.stored ?? {};
  if (status === "complete") return isEmpty ? <p className={styles.ending}>{chat.noText}</p> : null;
  if (status === "stopped" && errorCode === null) {
    return (
      <p className={styles.ending}>
        <CircleStop size={16} aria-hidden="true" />
        {chat.stopped}
      </p>
    );
  }
  const words = status === "interrupted" ? chat.interrupted : (chat.failures[errorCode ?? ""] ?? chat.failed);
  return (
    <div className={styles.failure} role="alert">
      <CircleAlert size={18} aria-hidden="true" />
      <p>{words}</p>
      {!isBusy && (
        <Button onClick={() => actions.regenerate(message.id)}>
          <RotateCw size={16} aria-hidden="true" />
          {chat.retry}
        </Button>
      )}
    </div>
  );
}

function AnswerTools({ message, actions, isBusy }: MessageProps) {
  const stored = message.metadata?.stored;
  if (stored === undefined) return null;
  return (
    <div className={styles.tools}>
      <CopyButton label={chat.copyAnswer} text={() => textOf(message)} />
      <FeedbackButtons
        conversationId={actions.conversationId}
        messageId={stored.id}
        given={stored.feedback}
        onGiven={(feedback) => actions.rate(stored.id, feedback)}
      />
      {!isBusy && (
        <IconButton label={chat.regenerate} onClick={() => actions.regenerate(message.id)}>
          <RotateCw size={16} aria-hidden="true" />
        </IconButton>
      )}
      {stored.siblingIds.length > 1 && (
        <BranchSwitch id={stored.id} siblings={stored.siblingIds} disabled={isBusy} show={actions.showBranch} />
      )}
    </div>
  );
}
