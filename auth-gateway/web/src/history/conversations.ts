/** The conversations of the person: read in pages, and changed in all lists at once without reading them again. */
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { dataOf, ragApi, type Schemas } from "../api/rag-api.ts";
import { queryClient } from "../shell/query-client.ts";

export type Conversation = Schemas["Conversation"];
type Page = Schemas["ConversationPage"];

export interface ConversationFilter {
  readonly archived?: boolean;
  readonly pinned?: boolean;
  readonly trashed?: boolean;
  readonly updatedAfter?: string;
  readonly updatedBefore?: string;
}

const LISTS = ["conversations"] as const;
const PAGE = 100;
/** Longer lists are not read again at each return to the window. */
const FEW_PAGES = 3;

/** The list of what may be brought back. */
export const TRASH = [...LISTS, { trashed: true }] as const;

const listKey = (filter: ConversationFilter) => [...LISTS, filter] as const;
const conversationKey = (id: string) => ["conversation", id] as const;

export function useConversations(filter: ConversationFilter) {
  return useInfiniteQuery({
    queryKey: listKey(filter),
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        ragApi.GET("/v1/conversations", {
          params: { query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 60_000,
    // Comparing all that was read before, at each page, is what would make a long list slow.
    structuralSharing: false,
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= FEW_PAGES,
  });
}

export function useConversation(id: string, enabled: boolean) {
  return useQuery({
    queryKey: conversationKey(id),
    queryFn: ({ signal }) => dataOf(ragApi.GET("/v1/conversations/{id}", { params: { path: { id } }, signal })),
    enabled,
    staleTime: 60_000,
  });
}

/** Whether a list by this filter shows it. */
function belongs(conversation: Conversation, filter: ConversationFilter): boolean {
  const { archived = false, pinned, trashed = false, updatedAfter = "", updatedBefore } = filter;
  const isTrashed = conversation.deletedAt !== null;
  return (
    isTrashed === trashed &&
    (trashed || conversation.archived === archived) &&
    (pinned === undefined || conversation.pinned === pinned) &&
    conversation.updatedAt >= updatedAfter &&
    (updatedBefore === undefined || conversation.updatedAt < updatedBefore)
  );
}

function without(data: InfiniteData<Page>, id: string): InfiniteData<Page> {
  const pages = data.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) }));
  return { ...data, pages };
}

/** Puts it where its time says; a place beyond what has been read comes with its own page. */
function withIt(data: InfiniteData<Page>, conversation: Conversation): InfiniteData<Page> {
  const isOlder = (item: Conversation) => item.updatedAt < conversation.updatedAt;
  const found = data.pages.findIndex(({ items }) => items.some(isOlder));
  const isComplete = data.pages.at(-1)?.nextCursor === null;
  if (found === -1 && !isComplete) return data;
  const target = found === -1 ? data.pages.length - 1 : found;
  const pages = data.pages.map((page, index) => {
    if (index !== target) return page;
    const at = page.items.findIndex(isOlder);
    return { ...page, items: page.items.toSpliced(at === -1 ? page.items.length : at, 0, conversation) };
  });
  return { ...data, pages };
}

function updateLists(change: (data: InfiniteData<Page>, filter: ConversationFilter) => InfiniteData<Page>): void {
  for (const [key, data] of queryClient.getQueriesData<InfiniteData<Page>>({ queryKey: LISTS })) {
    if (data !== undefined) queryClient.setQueryData(key, change(data, key[1] as ConversationFilter));
  }
}

/** Shows a conversation as it is now, wherever it is or belongs. */
export function placeConversation(conversation: Conversation): void {
  queryClient.setQueryData(conversationKey(conversation.id), conversation);
  updateLists((data, filter) => {
    const rest = without(data, conversation.id);
    return belongs(conversation, filter) ? withIt(rest, conversation) : rest;
  });
}

export function dropConversation(id: string): void {
  updateLists((data) => without(data, id));
  queryClient.removeQueries({ queryKey: conversationKey(id) });
}

/** A title that the service has found; the rest comes when the turn has ended. */
export function renameInLists(id: string, title: string): void {
  const known = queryClient.getQueryData<Conversation>(conversationKey(id));
  if (known !== undefined) placeConversation({ ...known, title });
}

/** After a turn: its time, and perhaps its title, are others. What fails here is read with the next list. */
export async function refreshConversation(id: string): Promise<void> {
  const answer = await ragApi.GET("/v1/conversations/{id}", { params: { path: { id } } }).catch(() => undefined);
  if (answer?.data !== undefined) placeConversation(answer.data);
}

/** For how many days what is deleted can be brought back; 0: it can't. */
export function useTrashDays(): number {
  const { data } = useQuery({
    queryKey: ["retention", "trash-days"],
    queryFn: ({ signal }) => dataOf(ragApi.GET("/v1/me/retention", { signal })),
    select: ({ trashDays }) => trashDays,
    staleTime: 300_000,
  });
  return data ?? 0;
}
