/** What the next clean-up would delete under the choice at hand. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Schemas } from "../api/rag-api.ts";
import { Banner } from "../components/banner.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { formatDateTime, formatRelative } from "../format/time.ts";
import { privacy } from "../strings/privacy.ts";
import { previewQuery } from "./queries.ts";

/** Milliseconds of rest after which a number counts as typed. */
const REST = 350;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), REST);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

interface RetentionPreviewProps {
  readonly days: number | null;
  readonly isAllowed: boolean;
}

export function RetentionPreview({ days, isAllowed }: RetentionPreviewProps) {
  const settled = useSettled(days);
  const { data, error } = useQuery(previewQuery(settled, isAllowed && settled === days));
  if (!isAllowed) return null;
  if (error !== null) return <Banner tone="danger">{sentenceFor(error)}</Banner>;
  if (data === undefined) return <Banner tone="info">{privacy.previewing}</Banner>;
  return (
    <Banner tone={data.conversations > 0 ? "warning" : "info"}>
      <Words preview={data} />
    </Banner>
  );
}

function Words({ preview }: { readonly preview: Schemas["RetentionPreview"] }) {
  const { conversations, messages, oldest, purgeAt, pinnedKept } = preview;
  if (conversations === 0) return <p>{privacy.previewNone}</p>;
  return (
    <>
      <p>
        <strong>{privacy.previewSome(conversations, messages)}</strong>{" "}
        {oldest !== null && privacy.previewOldest(formatRelative(oldest))}
      </p>
      {(purgeAt !== null || pinnedKept > 0) && (
        <p>
          {purgeAt !== null && privacy.previewAt(formatDateTime(purgeAt))}{" "}
          {pinnedKept > 0 && privacy.previewPinned(pinnedKept)}
        </p>
      )}
    </>
  );
}
