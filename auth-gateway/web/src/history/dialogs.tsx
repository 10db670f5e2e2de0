/** Renaming and deleting a conversation, for whoever lists or shows it. */
import { lazy, type ReactNode, Suspense, useState } from "react";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { history } from "../strings/history.ts";
import { deleteConversation } from "./changes.ts";
import { type Conversation, useTrashDays } from "./conversations.ts";
import type { Asked } from "./dialog-windows.tsx";

const DialogWindow = lazy(() => import("./dialog-windows.tsx"));

export interface ConversationDialogs {
  rename(conversation: Conversation): void;
  /** Asks first, unless it can be brought back. */
  remove(conversation: Conversation): void;
  readonly element: ReactNode;
}

export function useConversationDialogs(onRemoved?: (id: string) => void): ConversationDialogs {
  const [asked, setAsked] = useState<Asked>();
  const trashDays = useTrashDays();
  const remove = async ({ id }: Conversation, isForGood: boolean) => {
    await deleteConversation(id, isForGood);
    onRemoved?.(id);
  };
  return {
    rename: (wanted) => setAsked({ what: "rename", conversation: wanted }),
    remove(wanted) {
      const canReturn = trashDays > 0 && wanted.deletedAt === null;
      if (!canReturn) setAsked({ what: "delete", conversation: wanted });
      else remove(wanted, false).catch((error) => toast({ title: history.failed, description: sentenceFor(error) }));
    },
    element: asked && (
      <Suspense>
        <DialogWindow
          asked={asked}
          onClose={() => setAsked(undefined)}
          remove={() => remove(asked.conversation, true)}
        />
      </Suspense>
    ),
  };
}
