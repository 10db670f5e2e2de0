/** Above the messages: what the conversation is called, and what can be done with it. */
import { EllipsisVertical } from "lucide-react";
import { useLocation } from "wouter";
import { IconButton } from "../components/button.tsx";
import { ConversationMenu } from "../history/conversation-menu.tsx";
import { useConversation } from "../history/conversations.ts";
import { useConversationDialogs } from "../history/dialogs.tsx";
import { paths } from "../paths.ts";
import { useTitle } from "../shell/use-title.ts";
import { chat } from "../strings/chat.ts";
import { history } from "../strings/history.ts";
import styles from "./chat-page.module.css";

export interface ConversationHeaderProps {
  readonly id: string;
  readonly isStored: boolean;
}

export function ConversationHeader({ id, isStored }: ConversationHeaderProps) {
  const [, navigate] = useLocation();
  const { data } = useConversation(id, isStored);
  const dialogs = useConversationDialogs(() => navigate(paths.home));
  const title = data === undefined ? chat.newTitle : data.title || history.untitled;
  useTitle(title);
  if (data === undefined) return null;
  return (
    <header className={styles.header}>
      <h1 className={styles.title}>{title}</h1>
      <ConversationMenu
        conversation={data}
        dialogs={dialogs}
        trigger={
          <IconButton label={history.actions(title)}>
            <EllipsisVertical size={18} aria-hidden="true" />
          </IconButton>
        }
      />
      {dialogs.element}
    </header>
  );
}
