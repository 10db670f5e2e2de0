/** Where the person is signed in, and the end of any of it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { useState } from "react";
import { withSession } from "../api/gateway.ts";
import { authClient, authData } from "../auth/client.ts";
import { leave, useSession } from "../auth/session.ts";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/dialog.tsx";
import { Item, Items } from "../components/items.tsx";
import { Loaded } from "../components/loaded.tsx";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { formatRelative } from "../format/time.ts";
import { Actions, Section } from "../shell/page.tsx";
import { account } from "../strings/account.ts";
import { describeDevice, networkOf } from "./device.ts";
import { sessionsQuery } from "./queries.ts";

const tellFailure = (error: unknown) => toast({ title: sentenceFor(error) });

export function Sessions() {
  const sessions = useQuery(sessionsQuery);
  return (
    <Section title={account.sessions} text={account.sessionsText}>
      <Loaded query={sessions}>{(list) => <SessionList list={list} />}</Loaded>
    </Section>
  );
}

type ListedSession = NonNullable<Awaited<ReturnType<typeof authClient.listSessions>>["data"]>[number];

function SessionList({ list }: { readonly list: readonly ListedSession[] }) {
  const { data: own } = useSession();
  const client = useQueryClient();
  const reload = () => client.invalidateQueries({ queryKey: ["account"] });
  const end = useMutation({
    mutationFn: (token: string) => withSession(() => authData(authClient.revokeSession({ token }))),
    onSuccess: reload,
    onError: tellFailure,
  });
  const endOthers = useMutation({
    mutationFn: () => withSession(() => authData(authClient.revokeOtherSessions())),
    async onSuccess() {
      await reload();
      toast({ title: account.sessionsEnded });
    },
    onError: tellFailure,
  });
  const isOwn = ({ id }: ListedSession) => id === own?.session.id;
  const sorted = [...list].sort(
    (a, b) => Number(isOwn(b)) - Number(isOwn(a)) || Number(b.createdAt) - Number(a.createdAt),
  );
  return (
    <>
      <Items>
        {sorted.map((session) => (
          <SessionItem
            key={session.id}
            session={session}
            isOwn={isOwn(session)}
            isEnding={end.isPending && end.variables === session.token}
            onEnd={() => end.mutate(session.token)}
          />
        ))}
      </Items>
      <Actions>
        {list.length > 1 && (
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {account.endOthers}
          </Button>
        )}
        <EndAll />
      </Actions>
    </>
  );
}

interface SessionItemProps {
  readonly session: ListedSession;
  readonly isOwn: boolean;
  readonly isEnding: boolean;
  readonly onEnd: () => void;
}

function SessionItem({ session, isOwn, isEnding, onEnd }: SessionItemProps) {
  const { name, isHandheld } = describeDevice(session.userAgent ?? "");
  const network = networkOf(session.ipAddress ?? "");
  const about = [
    account.signedInAt(formatRelative(session.createdAt)),
    ...(network === undefined ? [] : [account.fromNetwork(network)]),
  ].join(" ");
  const Icon = isHandheld ? Smartphone : Laptop;
  return (
    <Item
      icon={<Icon size={20} aria-hidden="true" />}
      title={name}
      text={about}
      badge={isOwn ? account.thisSession : undefined}
      action={
        !isOwn && (
          <Button look="quiet" busy={isEnding} aria-label={account.endSessionOf(name)} onClick={onEnd}>
            {account.endSession}
          </Button>
        )
      }
    />
  );
}

function EndAll() {
  const [isOpen, setOpen] = useState(false);
  const endAll = useMutation({
    mutationFn: () => withSession(() => authData(authClient.revokeSessions())),
    onSuccess: leave,
    onError: tellFailure,
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{account.endAll}</Button>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setOpen}
        title={account.endAllTitle}
        description={account.endAllText}
        confirm={account.endAll}
        busy={endAll.isPending}
        onConfirm={() => endAll.mutate()}
      />
    </>
  );
}
