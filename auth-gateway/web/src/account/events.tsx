/** The account's own audit trail. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { dataOf } from "../api/answers.ts";
import { gateway } from "../api/gateway.ts";
import type { paths } from "../api/generated/gateway.d.ts";
import { Button } from "../components/button.tsx";
import { Item, Items } from "../components/items.tsx";
import { Loaded } from "../components/loaded.tsx";
import { formatDateTime } from "../format/time.ts";
import { Actions, Section } from "../shell/page.tsx";
import { account } from "../strings/account.ts";

type EventPage = paths["/api/account/events"]["get"]["responses"]["200"]["content"]["application/json"];
type AccountEvent = EventPage["items"][number];

const PAGE = 10;

export function Events() {
  const events = useInfiniteQuery({
    queryKey: ["account", "events"],
    queryFn: ({ pageParam }) =>
      dataOf(
        gateway.GET("/api/account/events", {
          params: { query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  return (
    <Section title={account.events} text={account.eventsText}>
      <Loaded query={events}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? <p>{account.noEvents}</p> : <EventList items={items} />;
        }}
      </Loaded>
      {events.hasNextPage && (
        <Actions>
          <Button busy={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
            {account.more}
          </Button>
        </Actions>
      )}
    </Section>
  );
}

function EventList({ items }: { readonly items: readonly AccountEvent[] }) {
  return (
    <Items>
      {items.map((event) => {
        const Icon = event.outcome === "success" ? CircleCheck : CircleAlert;
        return (
          <Item
            key={event.id}
            icon={<Icon size={18} aria-hidden="true" />}
            title={event.title}
            text={describe(event)}
            badge={event.outcome === "failure" ? account.failed : undefined}
          />
        );
      })}
    </Items>
  );
}

function describe({ occurredAt, reason, client, system, addressPrefix, thisSession }: AccountEvent): string {
  const parts = [
    reason === null ? undefined : account.reasons[reason],
    client !== null && system !== null ? account.device(client, system) : (client ?? system ?? undefined),
    addressPrefix === null ? undefined : account.fromNetwork(addressPrefix),
    thisSession ? account.byThis : undefined,
  ];
  return [formatDateTime(occurredAt), ...parts.filter((part) => part !== undefined)].join(" · ");
}
