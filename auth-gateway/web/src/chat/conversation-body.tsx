/** What stands in the place of the messages: they themselves, or why there are none. */
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { ApiError } from "../api/problem.ts";
import { Button, ButtonLink } from "../components/button.tsx";
import { Waiting } from "../components/spinner.tsx";
import { ErrorState } from "../errors/error-state.tsx";
import { paths } from "../paths.ts";
import { chat } from "../strings/chat.ts";
import styles from "./chat-page.module.css";
import { EmptyState } from "./empty-state.tsx";
import type { ChatRecord } from "./records.ts";
import { Thread, type ThreadProps } from "./thread.tsx";

export interface ConversationBodyProps extends ThreadProps {
  readonly record: ChatRecord;
  readonly stored: UseInfiniteQueryResult;
  /** There need not be anything yet. */
  readonly isFresh: boolean;
  readonly onAsk: (question: string) => void;
}

export function ConversationBody({ record, stored, isFresh, onAsk, ...thread }: ConversationBodyProps) {
  const { error } = stored;
  const isMissing = error instanceof ApiError && error.status === 404 && record.attempt === undefined;
  if (isMissing && !isFresh) return <Missing />;
  if (thread.messages.length === 0) {
    if (!record.isStored || isMissing) return <EmptyState onAsk={onAsk} />;
    if (error !== null) return <ErrorState error={error} onRetry={() => void stored.refetch()} />;
    if (stored.isPending) return <Waiting label={chat.loading} />;
    return stored.isFetching ? null : <EmptyState onAsk={onAsk} />;
  }
  return (
    <>
      {stored.hasNextPage && (
        <div className={styles.earlier}>
          <Button look="quiet" busy={stored.isFetchingNextPage} onClick={() => void stored.fetchNextPage()}>
            {stored.isFetchingNextPage ? chat.earlierLoading : chat.earlier}
          </Button>
        </div>
      )}
      <Thread {...thread} />
    </>
  );
}

function Missing() {
  return (
    <div className={styles.missing}>
      <h1>{chat.missingTitle}</h1>
      <p>{chat.missingText}</p>
      <ButtonLink href={paths.home} look="primary">
        {chat.startNew}
      </ButtonLink>
    </div>
  );
}
