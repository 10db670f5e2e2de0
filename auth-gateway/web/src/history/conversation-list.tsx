/** A list of conversations of any length: only the rows in view are drawn, and the next ones are read before their turn. */
import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useRef } from "react";
import { history } from "../strings/history.ts";
import { ConversationRow } from "./conversation-row.tsx";
import type { ConversationDialogs } from "./dialogs.tsx";
import styles from "./list.module.css";
import type { Row } from "./rows.ts";
import { useRovingFocus } from "./use-roving-focus.ts";

const AHEAD = 20;

export interface ConversationListProps {
  readonly rows: readonly Row[];
  readonly dialogs: ConversationDialogs;
  readonly activeId?: string | undefined;
  /** Rows of the sidebar are lower, and say no time. */
  readonly look: "sidebar" | "page";
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

const HEIGHTS = { sidebar: { group: 34, conversation: 38 }, page: { group: 42, conversation: 56 } } as const;
const coarse = matchMedia("(pointer: coarse)");

function useRows(rows: readonly Row[], look: "sidebar" | "page", list: RefObject<HTMLDivElement | null>) {
  const kept = useRef(-1);
  // With the same functions the list keeps its measures; with others it takes them all again.
  const estimateSize = useCallback(
    (index: number) => {
      const kind = rows[index]?.kind ?? "conversation";
      return HEIGHTS[look][kind] + (kind === "conversation" && look === "sidebar" && coarse.matches ? 8 : 0);
    },
    [rows, look],
  );
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const getScrollElement = useCallback(() => list.current, [list]);
  // The row with the focus stays, or the keyboard would lose its place.
  const rangeExtractor = useCallback(
    (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), kept.current])]
        .filter((index) => index >= 0 && index < range.count)
        .sort((a, b) => a - b),
    [],
  );
  const virtualizer = useVirtualizer({
    count: rows.length,
    overscan: 8,
    estimateSize,
    getItemKey,
    getScrollElement,
    rangeExtractor,
  });
  return { virtualizer, kept };
}

export function ConversationList({ rows, dialogs, activeId, look, hasMore, onMore }: ConversationListProps) {
  const list = useRef<HTMLDivElement>(null);
  const { virtualizer, kept } = useRows(rows, look, list);
  const scrollTo = useCallback((index: number) => virtualizer.scrollToIndex(index, { align: "auto" }), [virtualizer]);
  const focus = useRovingFocus({ rows, list, scrollTo, onRename: dialogs.rename, onDelete: dialogs.remove });
  kept.current = focus.current;

  const items = virtualizer.getVirtualItems();
  const isNearEnd = rows.length > 0 && (virtualizer.range?.endIndex ?? 0) >= rows.length - AHEAD;
  useEffect(() => {
    if (isNearEnd && hasMore) onMore();
  }, [isNearEnd, hasMore, onMore]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are for the links within.
    <div ref={list} className={`${styles.list} ${styles[look]}`} onKeyDown={focus.onKeyDown}>
      <p id={`keys-${look}`} className="visually-hidden">
        {history.keys}
      </p>
      <ul
        className={styles.rows}
        style={{ height: virtualizer.getTotalSize() }}
        aria-label={history.list}
        aria-describedby={`keys-${look}`}
      >
        {items.map(({ index, start, size, key }) => {
          const row = rows[index];
          return (
            row && (
              <li
                key={key}
                data-index={index}
                className={styles.row}
                style={{ height: size, transform: `translateY(${start}px)` }}
                aria-setsize={hasMore ? -1 : rows.length}
                aria-posinset={index + 1}
              >
                {row.kind === "group" ? (
                  <h2 className={styles.group}>{row.title}</h2>
                ) : (
                  <ConversationRow
                    conversation={row.conversation}
                    dialogs={dialogs}
                    look={look}
                    isActive={row.conversation.id === activeId}
                    isReachable={index === focus.current}
                    onFocus={() => focus.setCurrent(index)}
                  />
                )}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
