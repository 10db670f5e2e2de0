/** The way out of a deleted account: what has to be told stays with the history entry, and survives a reload. */
import { paths } from "../paths.ts";

export interface Goodbye {
  readonly receiptId: string;
  readonly erasesAt: string | null;
  readonly undoUrl?: string;
}

/** Leaves the signed-in program behind: its requests would only find that the session has ended. */
export function sayGoodbye({ receiptId, erasesAt, undoUrl }: Goodbye): void {
  sessionStorage.clear();
  history.replaceState({ receiptId, erasesAt, ...(undoUrl === undefined ? {} : { undoUrl }) }, "", paths.goodbye);
  location.reload();
}

export function readGoodbye(): Goodbye | undefined {
  const state: unknown = history.state;
  if (typeof state !== "object" || state === null || !("receiptId" in state)) return undefined;
  return state as Goodbye;
}
