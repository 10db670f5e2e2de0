/** The password: the old one stands in for a recent sign-in. */
import { useQueryClient } from "@tanstack/react-query";
import { withSession } from "../api/gateway.ts";
import { authClient, authData } from "../auth/client.ts";
import { renewSession } from "../auth/session.ts";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { PasswordField } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { toast } from "../components/toast.tsx";
import { Section } from "../shell/page.tsx";
import { account } from "../strings/account.ts";
import { auth } from "../strings/auth.ts";
import { useAccount } from "./queries.ts";

export function Password() {
  const { data } = useAccount();
  return (
    <Section title={account.password} text={account.passwordText}>
      {data?.passwordSet === false ? <Banner tone="info">{account.noPassword}</Banner> : <ChangePassword />}
    </Section>
  );
}

function ChangePassword() {
  const client = useQueryClient();
  const submission = useSubmission(async ({ currentPassword = "", newPassword = "" }, form) => {
    await withSession(() =>
      authData(authClient.changePassword({ currentPassword, newPassword, revokeOtherSessions: true })),
    );
    await renewSession();
    await client.invalidateQueries({ queryKey: ["account"] });
    form.reset();
    toast({ title: account.passwordChanged });
  });
  return (
    <Form submission={submission}>
      <Failure of={submission} />
      <PasswordField label={account.currentPassword} name="currentPassword" required autoComplete="current-password" />
      <PasswordField
        label={account.newPassword}
        name="newPassword"
        required
        minLength={8}
        maxLength={128}
        autoComplete="new-password"
        hint={auth.passwordHint}
      />
      <Button type="submit" busy={submission.isBusy}>
        {account.changePassword}
      </Button>
    </Form>
  );
}
