/** The sidebar between the brand and the user's menu: a new chat, the search, and all conversations. */
import { Search, SquarePen } from "lucide-react";
import { useCallback, useEffect, useMemo } from "react";
import { Link, useLocation, useRoute } from "wouter";
import { Waiting } from "../components/spinner.tsx";
import { ErrorState } from "../errors/error-state.tsx";
import { paths } from "../paths.ts";
import { app } from "../strings/app.ts";
import { history } from "../strings/history.ts";
import { ConversationList } from "./conversation-list.tsx";
import { useConversations } from "./conversations.ts";
import { useConversationDialogs } from "./dialogs.tsx";
import { rowsOf } from "./rows.ts";
import styles from "./sidebar.module.css";

export function Sidebar() {
  const [path, navigate] = useLocation();
  useSearchKey(navigate);
  return (
    <div className={styles.sidebar}>
      <div className={styles.top}>
        <Link href={paths.home} className={styles.entry} aria-current={path === paths.home ? "page" : undefined}>
          <SquarePen size={18} aria-hidden="true" />
          {app.newChat}
        </Link>
        <Link href={paths.history} className={styles.entry} aria-current={path === paths.history ? "page" : undefined}>
          <Search size={18} aria-hidden="true" />
          {history.entry}
        </Link>
      </div>
      <Conversations />
    </div>
  );
}

/** Ctrl or Command and K searches, as in most programs. */
function useSearchKey(navigate: (path: string) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      navigate(paths.history);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [navigate]);
}

function Conversations() {
  const [, params] = useRoute(paths.conversation);
  const [, navigate] = useLocation();
  const pinned = useConversations({ pinned: true });
  const others = useConversations({ pinned: false });
  const activeId = params?.id;
  const dialogs = useConversationDialogs((id) => id === activeId && navigate(paths.home));
  const rows = useMemo(
    () =>
      rowsOf(
        pinned.data?.pages.flatMap(({ items }) => items) ?? [],
        others.data?.pages.flatMap(({ items }) => items) ?? [],
      ),
    [pinned.data, others.data],
  );
  const { fetchNextPage, isFetchingNextPage, hasNextPage, isPending, error, refetch } = others;
  const more = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  if (isPending) return <Waiting label={history.loading} />;
  if (error !== null && rows.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (rows.length === 0) return <p className={styles.empty}>{history.empty}</p>;
  return (
    <>
      <ConversationList
        rows={rows}
        dialogs={dialogs}
        activeId={activeId}
        look="sidebar"
        hasMore={hasNextPage && !isFetchingNextPage}
        onMore={more}
      />
      {dialogs.element}
    </>
  );
}
