/** Follows an answer as it grows, until the reader scrolls away from its end. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** So near the end counts as at it, in pixels. */
const NEAR = 64;

export interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtEnd: boolean;
  readonly goToEnd: () => void;
  /** For whoever moves the view elsewhere. */
  readonly letGo: () => void;
}

/** `first` is the id of the topmost message: what is added above it must not move what is being read. */
export function useStickToBottom(first: string | undefined): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const height = useRef(0);
  const [isAtEnd, setAtEnd] = useState(true);

  const goToEnd = useCallback(() => {
    follows.current = true;
    setAtEnd(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, []);

  const letGo = useCallback(() => {
    follows.current = false;
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another first message is what this is for.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box !== null && !follows.current) box.scrollTop += box.scrollHeight - height.current;
  }, [first]);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (box === null || inner === null) return;
    let top = box.scrollTop;
    const onScroll = () => {
      const isNear = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      if (box.scrollTop < top - 1) follows.current = false;
      if (isNear) follows.current = true;
      top = box.scrollTop;
      setAtEnd(isNear || follows.current);
    };
    const observer = new ResizeObserver(() => {
      height.current = box.scrollHeight;
      if (follows.current) box.scrollTop = box.scrollHeight;
      else onScroll();
    });
    box.addEventListener("scroll", onScroll, { passive: true });
    observer.observe(inner);
    observer.observe(box);
    return () => {
      box.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, []);

  return { scroller, content, isAtEnd, goToEnd, letGo };
}
