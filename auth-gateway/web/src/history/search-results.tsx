/** What a search has found; each result leads to its message. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { MessageSquareText } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { Link } from "wouter";
import { dataOf, ragApi, type Schemas } from "../api/rag-api.ts";
import { Button } from "../components/button.tsx";
import { Waiting } from "../components/spinner.tsx";
import { ErrorState } from "../errors/error-state.tsx";
import { formatDateTime, formatRelative } from "../format/time.ts";
import { conversationPath } from "../paths.ts";
import { history } from "../strings/history.ts";
import type { ConversationFilter } from "./conversations.ts";
import { Highlighted } from "./highlighted.tsx";
import styles from "./search-results.module.css";

type SearchFilter = Omit<ConversationFilter, "trashed">;

function useSearch(q: string, filter: SearchFilter) {
  return useInfiniteQuery({
    queryKey: ["search", q, filter],
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        ragApi.GET("/v1/search", {
          params: { query: { q, ...filter, limit: 20, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    // The last results stay while the next letter is looked up.
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** The arrows move between the results as they do in the list. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a")];
  const next = links[links.indexOf(event.target as HTMLElement) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

export function SearchResults({ q, filter }: { readonly q: string; readonly filter: SearchFilter }) {
  const { data, error, isPending, isPlaceholderData, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useSearch(q, filter);
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at its top.
  useEffect(() => {
    // In newer browsers scrolling gives a promise, which an effect must not return.
    void box.current?.scrollTo({ top: 0 });
  }, [q]);
  if (isPending) return <Waiting label={history.loading} />;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  if (error !== null && items.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <div ref={box} className={styles.results} aria-busy={isPlaceholderData}>
      <p className={styles.count} role="status">
        {items.length === 0 ? history.nothingFound(q) : history.found(items.length, hasNextPage)}
      </p>
      {items.length === 0 && <p className={styles.hint}>{history.nothingFoundHint}</p>}
      <ul className={styles.list} aria-label={history.results(q)} onKeyDown={moveFocus}>
        {items.map((item) => (
          <li key={`${item.conversationId} ${item.messageId}`}>
            <Result item={item} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {history.more}
        </Button>
      )}
    </div>
  );
}

function Result({ item }: { readonly item: Schemas["SearchResult"] }) {
  const path = conversationPath(item.conversationId);
  const who = item.role === null ? history.inTitle : item.role === "user" ? history.youWrote : history.answered;
  return (
    <Link href={item.messageId === null ? path : `${path}?m=${item.messageId}`} className={styles.result}>
      <span className={styles.title}>
        <Highlighted {...item.title} />
      </span>
      <span className={styles.meta}>
        <MessageSquareText size={14} aria-hidden="true" />
        {who}
        <time dateTime={item.createdAt} title={formatDateTime(item.createdAt)}>
          {formatRelative(item.createdAt)}
        </time>
      </span>
      {item.excerpt !== null && (
        <span className={styles.excerpt}>
          <Highlighted {...item.excerpt} />
        </span>
      )}
    </Link>
  );
}
