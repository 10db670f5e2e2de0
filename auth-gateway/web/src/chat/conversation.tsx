/** A conversation: its messages, the answer as it is written, and what went wrong. */
import { useChat } from "@ai-sdk/react";
import { ArrowDown } from "lucide-react";
import { useEffect, useImperativeHandle, useMemo } from "react";
import { useLocation, useSearchParams } from "wouter";
import { conversationPath } from "../paths.ts";
import { chat as words } from "../strings/chat.ts";
import { Announcer } from "./announcer.tsx";
import { loadMarkdown } from "./answer.tsx";
import styles from "./chat-page.module.css";
import { actionsOf } from "./conversation-actions.ts";
import { ConversationBody } from "./conversation-body.tsx";
import { ConversationHeader } from "./conversation-header.tsx";
import type { Desk } from "./desk.ts";
import { isConnectionLost, Notice } from "./notice.tsx";
import { type ChatRecord, openFreshRecord, openRecord } from "./records.ts";
import { SourcePopover } from "./source-popover.tsx";
import { unsent } from "./storage.ts";
import { stop, submit } from "./turns.ts";
import { useJump } from "./use-jump.ts";
import { useMessages } from "./use-messages.ts";
import { type StickToBottom, useStickToBottom } from "./use-stick-to-bottom.ts";

/** Drawing an answer at each word would cost more than reading it needs. */
const DRAW_MS = 60;

interface ConversationProps {
  /** Undefined: the next one. */
  readonly id: string | undefined;
  readonly desk: Desk;
}

export default function Conversation({ id, desk }: ConversationProps) {
  const record = useMemo(() => (id === undefined ? openFreshRecord() : openRecord(id)), [id]);
  // The first answer will need it; until then there is time.
  useEffect(() => void loadMarkdown(), []);
  return <Opened key={record.id} record={record} isFresh={id === undefined} desk={desk} />;
}

interface OpenedProps {
  readonly record: ChatRecord;
  readonly isFresh: boolean;
  readonly desk: Desk;
}

function Opened({ record, isFresh, desk }: OpenedProps) {
  const { messages, status, error } = useChat({ chat: record.chat, throttle: DRAW_MS });
  const isBusy = status === "submitted" || status === "streaming";
  const stored = useMessages(record, isConnectionLost(record, error));
  const view = useStickToBottom(messages[0]?.id);
  const actions = useMemo(() => actionsOf(record), [record]);
  const [params] = useSearchParams();
  const marked = useJump({
    conversationId: record.id,
    messageId: params.get("m") ?? undefined,
    messages,
    isReady: stored.isSuccess && messages.length > 0,
    hasEarlier: stored.hasNextPage && !stored.isFetching,
    readEarlier: () => void stored.fetchNextPage(),
    letGo: view.letGo,
  });
  const ask = useControls({ record, isFresh, desk }, view);
  useReturn(record, desk, stored.data !== undefined || stored.error !== null);
  const { onBusy } = desk;
  useEffect(() => onBusy(isBusy), [isBusy, onBusy]);
  const change = (withdrawn: string) => {
    if (withdrawn !== "") desk.setText(withdrawn);
    desk.focus();
  };
  const hasFailed = (error !== undefined || record.attempt !== undefined) && !isBusy && messages.length > 0;
  return (
    <>
      <ConversationHeader id={record.id} isStored={record.isStored} />
      <div ref={view.scroller} className={styles.scroller}>
        <div ref={view.content} className={styles.content}>
          <ConversationBody
            {...{ record, messages, status, actions, marked, stored }}
            isFresh={isFresh || desk.text !== ""}
            onAsk={ask}
          />
          {hasFailed && <Notice record={record} error={error} onChange={change} />}
        </div>
      </div>
      <div className={styles.edge}>{!view.isAtEnd && <ToLatest onClick={view.goToEnd} />}</div>
      <Announcer isBusy={isBusy} last={messages.at(-1)} />
      <SourcePopover />
    </>
  );
}

function ToLatest({ onClick }: { readonly onClick: () => void }) {
  return (
    <button
      type="button"
      className={styles.toLatest}
      aria-label={words.toLatest}
      title={words.toLatest}
      onClick={onClick}
    >
      <ArrowDown size={18} aria-hidden="true" />
    </button>
  );
}

/** Takes over what the page is asked for. A first question gives its conversation an address to come back to. */
function useControls({ record, isFresh, desk }: OpenedProps, view: StickToBottom): (text: string) => void {
  const [, navigate] = useLocation();
  const { controls, early } = desk;
  const ask = (text: string) => {
    submit(record, text);
    view.goToEnd();
    if (isFresh) navigate(conversationPath(record.id));
  };
  useImperativeHandle(controls, () => ({ ask, stop: () => stop(record) }));
  useEffect(() => {
    const question = early.current;
    early.current = undefined;
    if (question !== undefined) controls.current?.ask(question);
  }, [controls, early]);
  return ask;
}

/** A question that was on its way when the page was left, and that never arrived, comes back into the box. */
function useReturn(record: ChatRecord, { text, setText }: Desk, isRead: boolean): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is known what the service has.
  useEffect(() => {
    const question = unsent.read(record.id);
    const isHere = record.chat.messages.some(({ id }) => id === question?.id);
    if (isRead && question !== undefined && !isHere && text === "") setText(question.text);
  }, [record, isRead]);
}
