/** One conversation in a list. */
import { EllipsisVertical, Pin } from "lucide-react";
import { Link } from "wouter";
import { IconButton } from "../components/button.tsx";
import { formatDateTime, formatRelative } from "../format/time.ts";
import { conversationPath } from "../paths.ts";
import { history } from "../strings/history.ts";
import { ConversationMenu } from "./conversation-menu.tsx";
import type { Conversation } from "./conversations.ts";
import type { ConversationDialogs } from "./dialogs.tsx";
import styles from "./list.module.css";

export interface ConversationRowProps {
  readonly conversation: Conversation;
  readonly dialogs: ConversationDialogs;
  readonly look: "sidebar" | "page";
  readonly isActive: boolean;
  /** Tab leads to it. */
  readonly isReachable: boolean;
  readonly onFocus: () => void;
}

export function ConversationRow({ conversation, dialogs, look, isActive, isReachable, onFocus }: ConversationRowProps) {
  const title = conversation.title || history.untitled;
  const tabIndex = isReachable ? 0 : -1;
  const { purgeAt, updatedAt, pinned } = conversation;
  return (
    <div className={`${styles.conversation} ${isActive ? styles.active : ""}`}>
      <Link
        href={conversationPath(conversation.id)}
        className={styles.link}
        tabIndex={tabIndex}
        aria-current={isActive ? "page" : undefined}
        title={look === "sidebar" ? title : undefined}
        onFocus={onFocus}
      >
        <span className={styles.name}>{title}</span>
        {look === "page" && (
          <span className={styles.when}>
            {pinned && <Pin size={14} aria-label={history.pinned} />}
            {purgeAt === null ? (
              <time dateTime={updatedAt} title={formatDateTime(updatedAt)}>
                {formatRelative(updatedAt)}
              </time>
            ) : (
              history.purged(formatRelative(purgeAt))
            )}
          </span>
        )}
      </Link>
      <ConversationMenu
        conversation={conversation}
        dialogs={dialogs}
        trigger={
          <IconButton label={history.actions(title)} className={styles.more ?? ""} tabIndex={tabIndex}>
            <EllipsisVertical size={16} aria-hidden="true" />
          </IconButton>
        }
      />
    </div>
  );
}
