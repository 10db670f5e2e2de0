/** The windows that rename and delete a conversation; few need them, so they are loaded when somebody does. */
import { useEffect, useState } from "react";
import { ApiError } from "../api/problem.ts";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { ConfirmDialog, Dialog } from "../components/dialog.tsx";
import { Field } from "../components/field.tsx";
import { Form, useSubmission } from "../components/form.tsx";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { app } from "../strings/app.ts";
import { history } from "../strings/history.ts";
import { readVersion, renameConversation, type Versioned } from "./changes.ts";
import type { Conversation } from "./conversations.ts";
import styles from "./dialogs.module.css";

export interface Asked {
  readonly what: "rename" | "delete";
  readonly conversation: Conversation;
}

interface DialogWindowProps {
  readonly asked: Asked;
  readonly onClose: () => void;
  readonly remove: () => Promise<void>;
}

export default function DialogWindow({ asked: { what, conversation }, onClose, remove }: DialogWindowProps) {
  return what === "rename" ? (
    <RenameDialog conversation={conversation} onClose={onClose} />
  ) : (
    <DeleteDialog conversation={conversation} onClose={onClose} remove={remove} />
  );
}

interface DeleteDialogProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
  readonly remove: () => Promise<void>;
}

function DeleteDialog({ conversation, onClose, remove }: DeleteDialogProps) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const confirm = async () => {
    setBusy(true);
    try {
      await remove();
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => open || onClose()}
      title={history.deleteTitle}
      description={history.deleteText(conversation.title || history.untitled)}
      confirm={history.delete}
      busy={isBusy}
      onConfirm={() => void confirm()}
    >
      {failure !== undefined && <Banner tone="danger">{sentenceFor(failure)}</Banner>}
    </ConfirmDialog>
  );
}

function RenameDialog({
  conversation,
  onClose,
}: {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}) {
  const [version, setVersion] = useState<Versioned>();
  const [isStale, setStale] = useState(false);
  const { id } = conversation;
  useEffect(() => {
    // What can't be read now is renamed without the check.
    readVersion(id).then(setVersion, () => undefined);
  }, [id]);
  const submission = useSubmission(async ({ title = "" }) => {
    try {
      await renameConversation(id, title.trim(), version?.etag ?? null);
      toast({ title: history.renamed });
      onClose();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412)) throw error;
      setVersion(await readVersion(id));
      setStale(true);
    }
  });
  const { failure, isBusy } = submission;
  return (
    <Dialog open onOpenChange={(open) => open || onClose()} title={history.renameTitle}>
      <Form submission={submission}>
        {isStale && <Banner tone="warning">{history.changedMeanwhile(version?.conversation.title ?? "")}</Banner>}
        {failure !== undefined && <Banner tone="danger">{sentenceFor(failure)}</Banner>}
        <Field
          label={history.name}
          name="title"
          defaultValue={conversation.title}
          required
          pattern=".*\S.*"
          maxLength={200}
          onFocus={({ target }) => target.select()}
        />
        <div className={styles.buttons}>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="primary" busy={isBusy}>
            {history.rename}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
