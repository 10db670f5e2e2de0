/** The stored messages of a conversation, page by page from its end, brought into the chat. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { dataOf, ragApi } from "../api/rag-api.ts";
import { fromStored, isBeingWritten, type StoredMessage } from "./messages.ts";
import { type ChatRecord, forgetAttempt, isBusy, messagesKey } from "./records.ts";
import { unsent } from "./storage.ts";

const PAGE = 50;
const ASK_AGAIN_MS = 4_000;

/** The stored messages, oldest first, and after them the question that the service does not have yet. */
function hydrate(record: ChatRecord, newestFirst: readonly StoredMessage[]): void {
  const { chat, attempt } = record;
  // What was changed here is shown until it has been sent, or left.
  if (isBusy(record) || (attempt !== undefined && attempt.kind !== "submit")) return;
  const stored = newestFirst.toReversed().map(fromStored);
  const awaited = attempt?.id ?? unsent.read(record.id)?.id;
  const isTaken = stored.some(({ id }) => id === awaited);
  if (isTaken) forgetAttempt(record);
  const pending = isTaken ? [] : chat.messages.filter(({ id }) => id === attempt?.id);
  chat.messages = [...stored, ...pending];
  if (pending.length === 0) chat.clearError();
  const last = stored.at(-1);
  if (last !== undefined && isBeingWritten(last)) void chat.resumeStream();
}

export function useMessages(record: ChatRecord, isLost: boolean) {
  const query = useInfiniteQuery({
    queryKey: messagesKey(record.id),
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        ragApi.GET("/v1/conversations/{id}/messages", {
          params: { path: { id: record.id }, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled: record.isStored,
    refetchInterval: isLost ? ASK_AGAIN_MS : false,
  });
  const { data, dataUpdatedAt } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same messages once more may end a lost connection.
  useEffect(() => {
    if (data !== undefined)
      hydrate(
        record,
        data.pages.flatMap(({ items }) => items),
      );
  }, [record, data, dataUpdatedAt]);
  return query;
}
