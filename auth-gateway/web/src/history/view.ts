/** What the history page shows, as its address says it: a reload, or a way back, shows the same. */
import { useCallback } from "react";
import { useSearchParams } from "wouter";
import type { ConversationFilter } from "./conversations.ts";

export type Show = "active" | "pinned" | "archived" | "trash";

export interface View {
  readonly q: string;
  readonly show: Show;
  /** Days of the person's calendar, `2026-01-31`; both are included. */
  readonly from: string;
  readonly until: string;
}

const NOTHING: View = { q: "", show: "active", from: "", until: "" };
const isShow = (value: string | null): value is Show => ["pinned", "archived", "trash"].includes(value ?? "");

export function useView(): readonly [View, (change: Partial<View>) => void] {
  const [params, setParams] = useSearchParams();
  const show = params.get("show");
  const text = (name: string) => params.get(name) ?? "";
  const view = {
    q: text("q"),
    show: isShow(show) ? show : "active",
    from: text("from"),
    until: text("until"),
  } as const;
  const change = useCallback(
    (changed: Partial<View>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changed)) {
            if (value === NOTHING[name as keyof View]) after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [view, change];
}

/** Midnight where the person is, `days` later. */
function startOf(day: string, days = 0): string | undefined {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + days);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** As the service understands it. */
export function filterOf({ show, from, until }: View): ConversationFilter {
  if (show === "trash") return { trashed: true };
  const updatedAfter = startOf(from);
  const updatedBefore = startOf(until, 1);
  return {
    ...(show === "archived" && { archived: true }),
    ...(show === "pinned" && { pinned: true }),
    ...(updatedAfter && { updatedAfter }),
    ...(updatedBefore && { updatedBefore }),
  };
}
