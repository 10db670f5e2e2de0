/** Accounts at other providers that open this one. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { withSession } from "../api/gateway.ts";
import { authClient, authData } from "../auth/client.ts";
import { Button } from "../components/button.tsx";
import { Item, Items } from "../components/items.tsx";
import { Loaded } from "../components/loaded.tsx";
import { toast } from "../components/toast.tsx";
import { runtimeConfig } from "../config.ts";
import { sentenceFor } from "../errors/describe.ts";
import { paths } from "../paths.ts";
import { Section } from "../shell/page.tsx";
import { account } from "../strings/account.ts";

const key = ["account", "linked"];

export function LinkedAccounts() {
  const client = useQueryClient();
  const linked = useQuery({ queryKey: key, queryFn: () => withSession(() => authData(authClient.listAccounts())) });
  const onError = (error: unknown) => toast({ title: sentenceFor(error) });
  const link = useMutation({
    mutationFn: (provider: string) =>
      withSession(() => authData(authClient.linkSocial({ provider, callbackURL: location.origin + paths.account }))),
    onError,
  });
  const unlink = useMutation({
    mutationFn: (accountId: string) => withSession(() => authData(authClient.unlinkAccount({ accountId }))),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
    onError,
  });
  return (
    <Section title={account.linked} text={account.linkedText}>
      <Loaded query={linked}>
        {(accounts) => (
          <Items>
            {runtimeConfig().social.map(({ id, name }) => {
              const linkedId = accounts.find(({ providerId }) => providerId === id)?.id;
              return (
                <Item
                  key={id}
                  icon={<Link2 size={20} aria-hidden="true" />}
                  title={linkedId === undefined ? name : account.linkedWith(name)}
                  action={
                    <Button
                      look="quiet"
                      onClick={() => (linkedId === undefined ? link.mutate(id) : unlink.mutate(linkedId))}
                    >
                      {linkedId === undefined ? account.link(name) : account.unlink}
                    </Button>
                  }
                />
              );
            })}
          </Items>
        )}
      </Loaded>
    </Section>
  );
}
