/** Where questions are written. Enter sends; while an answer is written, the button stops it. */
import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useId, useLayoutEffect, useRef } from "react";
import { Spinner } from "../components/spinner.tsx";
import { chat } from "../strings/chat.ts";
import styles from "./composer.module.css";

/** What the service takes, in code points. */
const LIMIT = 100_000;
const TOLD_FROM = 90_000;

/** On a phone Enter begins a new line: there is no Shift to hold. */
const hasKeyboard = () => !matchMedia("(pointer: coarse)").matches;

export interface ComposerProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
  readonly isBusy: boolean;
  readonly isStopping: boolean;
  readonly input: RefObject<HTMLTextAreaElement | null>;
}

function lengthOf(text: string): number {
  // Counting code points costs, and most questions are short.
  return text.length < TOLD_FROM ? text.length : [...text].length;
}

export function Composer({ text, onText, onSend, onStop, isBusy, isStopping, input }: ComposerProps) {
  const hint = useId();
  const length = lengthOf(text);
  const canSend = text.trim() !== "" && length <= LIMIT && !isBusy;
  useHeightOf(input, text);
  const send = () => {
    if (canSend) onSend(text.trim());
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || !hasKeyboard()) return;
    event.preventDefault();
    send();
  };
  return (
    <div className={styles.area}>
      <div className={styles.box}>
        <textarea
          ref={input}
          rows={1}
          className={styles.input}
          aria-label={chat.inputLabel}
          aria-describedby={hint}
          placeholder={chat.placeholder}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {isBusy ? (
          <button
            type="button"
            className={styles.button}
            aria-label={chat.stop}
            title={isStopping ? chat.stopping : chat.stop}
            onClick={isStopping ? undefined : onStop}
          >
            {isStopping ? <Spinner /> : <Square size={14} fill="currentColor" aria-hidden="true" />}
          </button>
        ) : (
          <button
            type="button"
            className={styles.button}
            aria-label={chat.send}
            title={chat.send}
            aria-disabled={!canSend || undefined}
            onClick={send}
          >
            <ArrowUp size={18} aria-hidden="true" />
          </button>
        )}
      </div>
      <p id={hint} className={styles.hint}>
        {length < TOLD_FROM ? chat.hint : length > LIMIT ? chat.tooLong(length - LIMIT) : chat.left(LIMIT - length)}
      </p>
    </div>
  );
}

/** Grows with the text up to what the style allows. */
function useHeightOf(input: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what changes the height.
  useLayoutEffect(() => {
    const { current } = input;
    if (current === null) return;
    current.style.height = "auto";
    current.style.height = `${current.scrollHeight}px`;
  }, [input, text]);
}

/** The cursor waits in the box, where a keyboard would not hide half of the page. */
export function useComposerFocus(id: string | undefined): RefObject<HTMLTextAreaElement | null> {
  const input = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation is the reason to focus.
  useEffect(() => {
    if (hasKeyboard()) input.current?.focus({ preventScroll: true });
  }, [id]);
  return input;
}
