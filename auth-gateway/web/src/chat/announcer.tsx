/** Tells a screen reader that an answer is on its way and, once, what it says: not each word as it comes. */
import { useEffect, useRef, useState } from "react";
import { chat } from "../strings/chat.ts";
import { type ChatMessage, textOf } from "./messages.ts";

const SPOKEN = 500;

export function Announcer({ isBusy, last }: { readonly isBusy: boolean; readonly last: ChatMessage | undefined }) {
  const [words, setWords] = useState("");
  const wasBusy = useRef(false);
  useEffect(() => {
    if (isBusy && !wasBusy.current) setWords(chat.writing);
    if (!isBusy && wasBusy.current) {
      setWords(last?.role === "assistant" ? chat.finished(textOf(last).slice(0, SPOKEN)) : "");
    }
    wasBusy.current = isBusy;
  }, [isBusy, last]);
  return (
    <p className="visually-hidden" role="status">
      {words}
    </p>
  );
}
