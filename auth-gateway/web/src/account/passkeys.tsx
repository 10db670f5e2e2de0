/** The person's passkeys. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { withSession } from "../api/gateway.ts";
import { authData } from "../auth/client.ts";
import { passkeyAuth } from "../auth/passkeys.ts";
import { Button } from "../components/button.tsx";
import { Item, Items } from "../components/items.tsx";
import { Loaded } from "../components/loaded.tsx";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { formatRelative } from "../format/time.ts";
import { Actions, Section } from "../shell/page.tsx";
import { account } from "../strings/account.ts";
import { describeDevice } from "./device.ts";

const key = ["account", "passkeys"];

interface ListedPasskey {
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly createdAt: Date | string;
}

export function Passkeys() {
  const client = useQueryClient();
  const passkeys = useQuery({
    queryKey: key,
    queryFn: () => withSession(() => authData(passkeyAuth.$fetch<ListedPasskey[]>("/passkey/list-user-passkeys"))),
  });
  const handlers = {
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
    onError: (error: unknown) => toast({ title: sentenceFor(error) }),
  };
  const add = useMutation({
    mutationFn: () =>
      withSession(() => authData(passkeyAuth.passkey.addPasskey({ name: describeDevice(navigator.userAgent).name }))),
    ...handlers,
  });
  const remove = useMutation({
    mutationFn: (id: string) => withSession(() => authData(passkeyAuth.passkey.deletePasskey({ id }))),
    ...handlers,
  });
  return (
    <Section title={account.passkeys} text={account.passkeysText}>
      <Loaded query={passkeys}>
        {(list) =>
          list.length === 0 ? <p>{account.noPasskeys}</p> : <PasskeyList list={list} onRemove={remove.mutate} />
        }
      </Loaded>
      <Actions>
        <Button busy={add.isPending} onClick={() => add.mutate()}>
          <Plus size={16} aria-hidden="true" />
          {account.addPasskey}
        </Button>
      </Actions>
    </Section>
  );
}

interface PasskeyListProps {
  readonly list: readonly ListedPasskey[];
  readonly onRemove: (id: string) => void;
}

function PasskeyList({ list, onRemove }: PasskeyListProps) {
  return (
    <Items>
      {list.map(({ id, name, createdAt }) => {
        const shown = name || account.unnamedPasskey;
        return (
          <Item
            key={id}
            icon={<KeyRound size={20} aria-hidden="true" />}
            title={shown}
            text={account.passkeyAdded(formatRelative(createdAt))}
            action={
              <Button look="quiet" aria-label={account.removePasskey(shown)} onClick={() => onRemove(id)}>
                {account.remove}
              </Button>
            }
          />
        );
      })}
    </Items>
  );
}
