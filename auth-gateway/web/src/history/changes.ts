/** Changes to a conversation: each is stored first, then shown in all lists. */
import { dataOf, ragApi, type Schemas } from "../api/rag-api.ts";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { queryClient } from "../shell/query-client.ts";
import { history } from "../strings/history.ts";
import { type Conversation, dropConversation, placeConversation, TRASH } from "./conversations.ts";

type Change = Partial<Schemas["ChangeConversation"]>;

const pathOf = (id: string) => ({ path: { id } });

/** The document of the service names defaults, which the generated type takes for required members. */
const bodyOf = (change: Change) => change as Schemas["ChangeConversation"];

/** What fails is told; nothing on the page has changed then. */
async function tellFailure(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    toast({ title: history.failed, description: sentenceFor(error) });
  }
}

export function changeConversation(id: string, change: Change): Promise<void> {
  return tellFailure(async () =>
    placeConversation(
      await dataOf(ragApi.PATCH("/v1/conversations/{id}", { params: pathOf(id), body: bodyOf(change) })),
    ),
  );
}

export async function archiveConversation({ id, archived }: Conversation): Promise<void> {
  await changeConversation(id, { archived: !archived });
  toast({
    title: archived ? history.unarchivedToast : history.archivedToast,
    action: { label: history.undo, onClick: () => void changeConversation(id, { archived }) },
  });
}

export interface Versioned {
  readonly conversation: Conversation;
  readonly etag: string | null;
}

/** As it is at the service now, with the version that a rename is meant for. */
export async function readVersion(id: string): Promise<Versioned> {
  const answer = ragApi.GET("/v1/conversations/{id}", { params: pathOf(id) });
  const conversation = await dataOf(answer);
  return { conversation, etag: (await answer).response.headers.get("etag") };
}

/** @throws {ApiError} 412 when somebody has changed it since. */
export async function renameConversation(id: string, title: string, etag: string | null): Promise<void> {
  const headers = etag === null ? {} : { "if-match": etag };
  const request = { params: { ...pathOf(id), header: headers }, body: bodyOf({ title }) };
  placeConversation(await dataOf(ragApi.PATCH("/v1/conversations/{id}", request)));
}

const rereadTrash = () => void queryClient.invalidateQueries({ queryKey: TRASH });

export function restoreConversation(id: string): Promise<void> {
  return tellFailure(async () => {
    placeConversation(await dataOf(ragApi.POST("/v1/conversations/{id}/restore", { params: pathOf(id) })));
    rereadTrash();
    toast({ title: history.restored });
  });
}

/** Into the trash where there is one, and back from it with one press; for good otherwise. */
export async function deleteConversation(id: string, isForGood: boolean): Promise<void> {
  const query = isForGood ? { permanent: true } : {};
  await dataOf(ragApi.DELETE("/v1/conversations/{id}", { params: { ...pathOf(id), query } }));
  dropConversation(id);
  rereadTrash();
  toast({
    title: isForGood ? history.deleted : history.trashed,
    ...(isForGood ? {} : { action: { label: history.undo, onClick: () => void restoreConversation(id) } }),
  });
}
