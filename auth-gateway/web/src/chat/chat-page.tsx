/** The chat. The box to ask in is there at once; what a conversation needs is loaded while one types. */
import { type KeyboardEvent, lazy, Suspense, useCallback, useRef, useState } from "react";
import { useParams } from "wouter";
import { Waiting } from "../components/spinner.tsx";
import { useTitle } from "../shell/use-title.ts";
import { chat } from "../strings/chat.ts";
import styles from "./chat-page.module.css";
import { Composer, useComposerFocus } from "./composer.tsx";
import type { Controls } from "./desk.ts";
import { EmptyState } from "./empty-state.tsx";
import { useDraft } from "./use-draft.ts";

const Conversation = lazy(() => import("./conversation.tsx"));

export default function ChatPage() {
  const { id } = useParams<{ id?: string }>();
  useTitle(chat.newTitle);
  const controls = useRef<Controls>(null);
  const early = useRef<string>(undefined);
  const [text, setText] = useDraft(id);
  const [isBusy, onBusy] = useState(false);
  const [isStopping, setStopping] = useState(false);
  const input = useComposerFocus(id);
  const focus = useCallback(() => input.current?.focus(), [input]);
  const ask = (question: string) => {
    setText("");
    if (controls.current === null) early.current = question;
    else controls.current.ask(question);
  };
  const stop = () => {
    setStopping(true);
    void controls.current?.stop().finally(() => setStopping(false));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // What opens above the page is not within it, and has its own use for Escape.
    const isHere = event.target instanceof Node && event.currentTarget.contains(event.target);
    if (event.key === "Escape" && isBusy && isHere && !event.defaultPrevented) stop();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape stops the answer from anywhere in it.
    <div className={styles.page} onKeyDown={onKeyDown}>
      <Suspense fallback={<Early isFresh={id === undefined} onAsk={ask} />}>
        <Conversation id={id} desk={{ controls, early, text, setText, onBusy, focus }} />
      </Suspense>
      <div className={styles.foot}>
        <Composer
          {...{ text, isBusy, input }}
          isStopping={isStopping && isBusy}
          onText={setText}
          onSend={ask}
          onStop={stop}
        />
      </div>
    </div>
  );
}

function Early({ isFresh, onAsk }: { readonly isFresh: boolean; readonly onAsk: (question: string) => void }) {
  return (
    <div className={styles.scroller}>
      <div className={styles.content}>{isFresh ? <EmptyState onAsk={onAsk} /> : <Waiting label={chat.loading} />}</div>
    </div>
  );
}
