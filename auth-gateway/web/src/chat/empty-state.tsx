/** Before the first question: what may be asked, taken from the documents that are there. */
import { useQuery } from "@tanstack/react-query";
import { MessageCircleQuestion } from "lucide-react";
import { dataOf, ragApi, type Schemas } from "../api/rag-api.ts";
import { Mark } from "../components/mark.tsx";
import { chat } from "../strings/chat.ts";
import styles from "./empty-state.module.css";

const SHOWN = 4;
/** A longer title makes no question that anybody would ask. */
const LONGEST = 60;

/** Without a number that it may begin with. */
const nameOf = ({ title }: Schemas["Document"]): string => title.replace(/^\d+[.)]\s*/, "").trim();

function useSuggestions() {
  return useQuery({
    queryKey: ["suggestions"],
    queryFn: ({ signal }) => dataOf(ragApi.GET("/v1/documents", { params: { query: { limit: 50 } }, signal })),
    staleTime: 300_000,
    select: ({ items }) => ({
      hasDocuments: items.length > 0,
      // The documents with the most in them first.
      questions: [...new Set(items.toSorted((a, b) => b.passages - a.passages).map(nameOf))]
        .filter((title) => title !== "" && title.length <= LONGEST)
        .slice(0, SHOWN)
        .map(chat.suggest),
    }),
  });
}

export function EmptyState({ onAsk }: { readonly onAsk: (question: string) => void }) {
  const { data } = useSuggestions();
  return (
    <div className={styles.empty}>
      <Mark size={48} />
      <h1 className={styles.title}>{chat.emptyTitle}</h1>
      <p className={styles.text}>{data?.hasDocuments === false ? chat.noDocuments : chat.emptyText}</p>
      {data !== undefined && data.questions.length > 0 && (
        <ul className={styles.suggestions} aria-label={chat.suggestions}>
          {data.questions.map((question) => (
            <li key={question}>
              <button type="button" className={styles.suggestion} onClick={() => onAsk(question)}>
                <MessageCircleQuestion size={18} aria-hidden="true" />
                {question}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
