/** The history: all conversations, filtered, or searched word by word. */
import { Search, X } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { IconButton } from "../components/button.tsx";
import { Waiting } from "../components/spinner.tsx";
import { ErrorState } from "../errors/error-state.tsx";
import { useTitle } from "../shell/use-title.ts";
import { history } from "../strings/history.ts";
import { ConversationList } from "./conversation-list.tsx";
import { type ConversationFilter, useConversations, useTrashDays } from "./conversations.ts";
import { useConversationDialogs } from "./dialogs.tsx";
import { Filters } from "./filters.tsx";
import styles from "./history-page.module.css";
import { rowsOf } from "./rows.ts";
import { SearchResults } from "./search-results.tsx";
import { filterOf, type Show, useView } from "./view.ts";

/** So that not every letter is searched for. */
const PAUSE_MS = 250;

export default function HistoryPage() {
  useTitle(history.title);
  const [view, change] = useView();
  const trashDays = useTrashDays();
  const { show, from, until } = view;
  const filter = useMemo(() => filterOf({ q: "", show, from, until }), [show, from, until]);
  const search = (q: string) => change(show === "trash" ? { q, show: "active" } : { q });
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{history.title}</h1>
        <SearchField value={view.q} onSearch={search} />
        <Filters view={view} hasTrash={trashDays > 0} onChange={change} />
        {show === "trash" && <p className={styles.note}>{history.trashNote(trashDays)}</p>}
      </header>
      {view.q === "" ? (
        <FilteredList key={JSON.stringify(filter)} filter={filter} show={show} />
      ) : (
        <SearchResults q={view.q} filter={filter} />
      )}
    </div>
  );
}

function SearchField({ value, onSearch }: { readonly value: string; readonly onSearch: (q: string) => void }) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => {
    if (!matchMedia("(pointer: coarse)").matches) input.current?.focus();
  }, []);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => latest.current(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  const clear = () => {
    setText("");
    input.current?.focus();
  };
  return (
    <search className={styles.search}>
      <Search size={18} aria-hidden="true" className={styles.searchIcon} />
      <input
        ref={input}
        type="search"
        className={styles.searchInput}
        aria-label={history.searchLabel}
        placeholder={history.searchPlaceholder}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onSearch(text.trim());
        }}
      />
      {text !== "" && (
        <IconButton label={history.clearSearch} onClick={clear}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      )}
    </search>
  );
}

const EMPTY: Readonly<Record<Show, string>> = {
  active: history.empty,
  pinned: history.emptyFiltered,
  archived: history.emptyArchive,
  trash: history.emptyTrash,
};

function FilteredList({ filter, show }: { readonly filter: ConversationFilter; readonly show: Show }) {
  const query = useConversations(filter);
  const dialogs = useConversationDialogs();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const rows = useMemo(() => rowsOf([], data?.pages.flatMap(({ items }) => items) ?? []), [data]);
  const more = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  if (isPending) return <Waiting label={history.loading} />;
  if (error !== null && rows.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const isNarrowed = filter.updatedAfter !== undefined || filter.updatedBefore !== undefined;
  if (rows.length === 0) return <p className={styles.empty}>{isNarrowed ? history.emptyFiltered : EMPTY[show]}</p>;
  return (
    <>
      <ConversationList
        rows={rows}
        dialogs={dialogs}
        look="page"
        hasMore={hasNextPage && !isFetchingNextPage}
        onMore={more}
      />
      {dialogs.element}
    </>
  );
}
