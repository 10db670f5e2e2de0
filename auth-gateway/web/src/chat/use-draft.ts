/** The text in the box, kept for each conversation over a reload and over a sign-in. */
import { useCallback, useState } from "react";
import { drafts } from "./storage.ts";

/** Before the first question a conversation has no id that would outlive a reload. */
const FRESH = "new";

export function useDraft(id = FRESH): readonly [text: string, setText: (text: string) => void] {
  const [draft, setDraft] = useState(() => ({ id, text: drafts.read(id) }));
  if (draft.id !== id) setDraft({ id, text: drafts.read(id) });
  const setText = useCallback(
    (text: string) => {
      drafts.write(id, text);
      setDraft({ id, text });
    },
    [id],
  );
  return [draft.text, setText];
}
