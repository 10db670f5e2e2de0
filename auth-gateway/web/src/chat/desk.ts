/** What the chat page and the conversation in it know of each other. */
import type { RefObject } from "react";

/** What the page asks of the conversation, once that is there. */
export interface Controls {
  ask(text: string): void;
  stop(): Promise<void>;
}

export interface Desk {
  readonly controls: RefObject<Controls | null>;
  /** A question that was asked before the conversation was loaded. */
  readonly early: RefObject<string | undefined>;
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly onBusy: (isBusy: boolean) => void;
  readonly focus: () => void;
}
