/** All conversations at once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { dataOf, ragApi } from "../api/rag-api.ts";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/dialog.tsx";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { Section } from "../shell/page.tsx";
import { privacy } from "../strings/privacy.ts";
import { retentionQuery } from "./queries.ts";

export function DeleteConversations() {
  const client = useQueryClient();
  const { data: retention } = useQuery(retentionQuery);
  const [isOpen, setOpen] = useState(false);
  const deletion = useMutation({
    mutationFn: () => dataOf(ragApi.DELETE("/v1/me/conversations")),
    async onSuccess({ conversations, messages }) {
      setOpen(false);
      toast({ title: privacy.conversationsDeleted(conversations, messages) });
      await client.invalidateQueries();
    },
  });
  const trashDays = retention?.trashDays ?? 0;
  const open = () => {
    deletion.reset();
    setOpen(true);
  };
  return (
    <Section title={privacy.conversations} text={privacy.conversationsText} tone="danger">
      <p>{trashDays > 0 ? privacy.conversationsTrash(trashDays) : privacy.conversationsHard}</p>
      <Button look="danger" onClick={open}>
        {privacy.deleteConversations}
      </Button>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setOpen}
        title={privacy.deleteConversationsTitle}
        description={trashDays > 0 ? privacy.conversationsTrash(trashDays) : privacy.conversationsHard}
        confirm={privacy.deleteConversations}
        busy={deletion.isPending}
        onConfirm={() => deletion.mutate()}
      >
        {deletion.error !== null && <Banner tone="danger">{sentenceFor(deletion.error)}</Banner>}
      </ConfirmDialog>
    </Section>
  );
}
