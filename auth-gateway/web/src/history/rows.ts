/** Conversations in the groups that people remember them by. */
import { history } from "../strings/history.ts";
import type { Conversation } from "./conversations.ts";

export type Row =
  | { readonly kind: "group"; readonly key: string; readonly title: string }
  | { readonly kind: "conversation"; readonly key: string; readonly conversation: Conversation };

const DAY_MS = 86_400_000;
const monthAndYear = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric" });
const month = new Intl.DateTimeFormat(undefined, { month: "long" });

/** Midnight in the zone of the person. */
function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

export function groupOf(time: Date, now: Date): string {
  // Days that clocks change on are shorter or longer, so the number is rounded.
  const days = Math.round((startOfDay(now) - startOfDay(time)) / DAY_MS);
  if (days <= 0) return history.today;
  if (days === 1) return history.yesterday;
  if (days <= 7) return history.week;
  if (days <= 30) return history.month;
  return (time.getFullYear() === now.getFullYear() ? month : monthAndYear).format(time);
}

const rowOf = (conversation: Conversation): Row => ({ kind: "conversation", key: conversation.id, conversation });

/** The pinned ones first, then the others under the day, week or month of their last turn. */
export function rowsOf(
  pinned: readonly Conversation[],
  conversations: readonly Conversation[],
  now = new Date(),
): Row[] {
  const rows: Row[] = [];
  if (pinned.length > 0) rows.push({ kind: "group", key: "g:pinned", title: history.pinned }, ...pinned.map(rowOf));
  // Naming a month costs more than all the rest, and a long list has many of one day.
  const titles = new Map<number, string>();
  let group = "";
  for (const conversation of conversations) {
    // The trash is in the order in which it was filled.
    const time = new Date(conversation.deletedAt ?? conversation.updatedAt);
    const day = startOfDay(time);
    const title = titles.get(day) ?? groupOf(time, now);
    titles.set(day, title);
    if (title !== group) rows.push({ kind: "group", key: `g:${title}:${rows.length}`, title });
    group = title;
    rows.push(rowOf(conversation));
  }
  return rows;
}
