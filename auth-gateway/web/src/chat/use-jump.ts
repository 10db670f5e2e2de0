/** Leads to the message that the address names: shows its branch, reads back to its page, scrolls to it. */
import { useEffect, useRef, useState } from "react";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { chat } from "../strings/chat.ts";
import { showBranch } from "./conversation-actions.ts";
import type { ChatMessage } from "./messages.ts";

export interface Jump {
  readonly conversationId: string;
  /** Undefined: nowhere. */
  readonly messageId: string | undefined;
  readonly messages: readonly ChatMessage[];
  readonly isReady: boolean;
  readonly hasEarlier: boolean;
  readonly readEarlier: () => void;
  readonly letGo: () => void;
}

const EFFORT = { branch: 1, done: 2 } as const;

/** Gives the message that is to be marked. */
export function useJump({
  conversationId,
  messageId,
  messages,
  isReady,
  hasEarlier,
  ...does
}: Jump): string | undefined {
  const [marked, setMarked] = useState<string>();
  const effort = useRef<{ for: string | undefined; made: number }>({ for: undefined, made: 0 });
  const latest = useRef(does);
  latest.current = does;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with other messages the wanted one may be there.
  useEffect(() => {
    if (messageId === undefined || !isReady) return;
    if (effort.current.for !== messageId) effort.current = { for: messageId, made: 0 };
    if (effort.current.made === EFFORT.done) return;
    const element = document.getElementById(`m-${messageId}`);
    if (element !== null) {
      effort.current.made = EFFORT.done;
      latest.current.letGo();
      setMarked(messageId);
      element.scrollIntoView({ block: "center" });
      element.focus({ preventScroll: true });
    } else if (effort.current.made === 0) {
      effort.current.made = EFFORT.branch;
      showBranch(conversationId, messageId).catch((error) => {
        effort.current.made = EFFORT.done;
        toast({ title: chat.jumpFailed, description: sentenceFor(error) });
      });
    } else if (hasEarlier) latest.current.readEarlier();
  }, [messageId, messages, isReady, hasEarlier, conversationId]);
  return marked;
}
