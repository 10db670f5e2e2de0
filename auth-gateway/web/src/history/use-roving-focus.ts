/** Arrow keys within a long list: one row can be reached with Tab, the arrows lead from there to any other. */
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Conversation } from "./conversations.ts";
import type { Row } from "./rows.ts";

export interface RovingFocus {
  /** The row that Tab leads to. */
  readonly current: number;
  readonly setCurrent: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export interface RovingOptions {
  readonly rows: readonly Row[];
  readonly list: RefObject<HTMLElement | null>;
  readonly scrollTo: (index: number) => void;
  readonly onRename: (conversation: Conversation) => void;
  readonly onDelete: (conversation: Conversation) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

/** The nearest row that is a conversation: looked for in the same direction first, and back from an end. */
function nextRow(rows: readonly Row[], from: number, step: number): number {
  const start = Math.max(0, Math.min(rows.length - 1, from + step));
  const way = Math.sign(step) || 1;
  for (const direction of [way, -way]) {
    for (let index = start; index >= 0 && index < rows.length; index += direction) {
      if (rows[index]?.kind === "conversation") return index;
    }
  }
  return -1;
}

export function useRovingFocus({ rows, list, scrollTo, onRename, onDelete }: RovingOptions): RovingFocus {
  const [chosen, setCurrent] = useState(-1);
  const wanted = useRef<number>(undefined);
  const current = rows[chosen]?.kind === "conversation" ? chosen : nextRow(rows, 0, 0);

  // The row may have to be drawn first.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const link = list.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] a`);
    if (link === null || link === undefined) return;
    wanted.current = undefined;
    link.focus({ preventScroll: true });
  });

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const row = rows[current];
      if (!(event.target instanceof HTMLAnchorElement) || row?.kind !== "conversation") return;
      const { key } = event;
      if (key === "F2") onRename(row.conversation);
      else if (key === "Delete") onDelete(row.conversation);
      else {
        const step = key === "Home" ? -rows.length : key === "End" ? rows.length : STEPS[key];
        if (step === undefined) return;
        const next = nextRow(rows, current, step);
        wanted.current = next;
        setCurrent(next);
        scrollTo(next);
      }
      event.preventDefault();
    },
    [rows, current, scrollTo, onRename, onDelete],
  );
  return { current, setCurrent, onKeyDown };
}
