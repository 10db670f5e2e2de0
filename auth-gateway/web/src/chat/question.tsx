/** What the person asked; it can be changed, which asks anew beside it. */
import { Pencil } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button, IconButton } from "../components/button.tsx";
import { formatDateTime } from "../format/time.ts";
import { app } from "../strings/app.ts";
import { chat } from "../strings/chat.ts";
import { BranchSwitch } from "./branch-switch.tsx";
import type { MessageActions } from "./conversation-actions.ts";
import { CopyButton } from "./copy-button.tsx";
import styles from "./message.module.css";
import { type ChatMessage, textOf } from "./messages.ts";

export interface MessageProps {
  readonly message: ChatMessage;
  readonly actions: MessageActions;
  /** An answer is being written: nothing may change the branch now. */
  readonly isBusy: boolean;
}

export function Question({ message, actions, isBusy }: MessageProps) {
  const [editing, setEditing] = useState(false);
  const text = textOf(message);
  const stored = message.metadata?.stored;
  if (editing) {
    const save = (changed: string) => {
      setEditing(false);
      if (changed !== text) actions.edit(message.id, changed);
    };
    return <QuestionEditor text={text} onSave={save} onCancel={() => setEditing(false)} />;
  }
  return (
    <div className={styles.question}>
      <h2 className="visually-hidden">{chat.you}</h2>
      <p className={styles.bubble}>{text}</p>
      <div className={styles.tools}>
        {stored !== undefined && (
          <time className={styles.time} dateTime={stored.createdAt}>
            {formatDateTime(stored.createdAt)}
          </time>
        )}
        <CopyButton label={chat.copyQuestion} text={() => text} />
        {stored !== undefined && !isBusy && (
          <IconButton label={chat.edit} onClick={() => setEditing(true)}>
            <Pencil size={16} aria-hidden="true" />
          </IconButton>
        )}
        {stored !== undefined && stored.siblingIds.length > 1 && (
          <BranchSwitch id={stored.id} siblings={stored.siblingIds} disabled={isBusy} show={actions.showBranch} />
        )}
      </div>
    </div>
  );
}

interface QuestionEditorProps {
  readonly text: string;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

function QuestionEditor({ text, onSave, onCancel }: QuestionEditorProps) {
  const [changed, setChanged] = useState(text);
  const canSave = changed.trim() !== "";
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      onCancel();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (canSave) onSave(changed.trim());
    }
  };
  return (
    <div className={styles.editor}>
      <textarea
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here.
        autoFocus
        className={styles.textarea}
        rows={Math.min(12, Math.max(2, changed.split("\n").length))}
        aria-label={chat.editLabel}
        value={changed}
        onChange={(event) => setChanged(event.target.value)}
        onKeyDown={onKeyDown}
        onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
      />
      <div className={styles.editorFoot}>
        <p>{chat.editHint}</p>
        <div className={styles.editorButtons}>
          <Button look="quiet" onClick={onCancel}>
            {app.cancel}
          </Button>
          <Button look="primary" disabled={!canSave} onClick={() => canSave && onSave(changed.trim())}>
            {chat.editSend}
          </Button>
        </div>
      </div>
    </div>
  );
}
