/** What can be done with a conversation, at its row and above its messages. */
import { Archive, ArchiveRestore, Pencil, Pin, PinOff, RotateCcw, Trash2 } from "lucide-react";
import type { ReactElement } from "react";
import { Menu, MenuItem, MenuSeparator } from "../components/menu.tsx";
import { history } from "../strings/history.ts";
import { archiveConversation, changeConversation, restoreConversation } from "./changes.ts";
import type { Conversation } from "./conversations.ts";
import type { ConversationDialogs } from "./dialogs.tsx";

export interface ConversationMenuProps {
  readonly conversation: Conversation;
  readonly dialogs: ConversationDialogs;
  readonly trigger: ReactElement;
}

export function ConversationMenu({ conversation, dialogs, trigger }: ConversationMenuProps) {
  return (
    <Menu trigger={trigger} align="end">
      {conversation.deletedAt === null ? (
        <LiveItems conversation={conversation} dialogs={dialogs} />
      ) : (
        <MenuItem onClick={() => void restoreConversation(conversation.id)}>
          <RotateCcw size={16} aria-hidden="true" />
          {history.restore}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem danger onClick={() => dialogs.remove(conversation)}>
        <Trash2 size={16} aria-hidden="true" />
        {conversation.deletedAt === null ? history.delete : history.deleteForever}
      </MenuItem>
    </Menu>
  );
}

function LiveItems({ conversation, dialogs }: Omit<ConversationMenuProps, "trigger">) {
  const { id, pinned, archived } = conversation;
  const PinIcon = pinned ? PinOff : Pin;
  const ArchiveIcon = archived ? ArchiveRestore : Archive;
  return (
    <>
      <MenuItem onClick={() => dialogs.rename(conversation)}>
        <Pencil size={16} aria-hidden="true" />
        {history.rename}
      </MenuItem>
      <MenuItem onClick={() => void changeConversation(id, { pinned: !pinned })}>
        <PinIcon size={16} aria-hidden="true" />
        {pinned ? history.unpin : history.pin}
      </MenuItem>
      <MenuItem onClick={() => void archiveConversation(conversation)}>
        <ArchiveIcon size={16} aria-hidden="true" />
        {archived ? history.unarchive : history.archive}
      </MenuItem>
    </>
  );
}
