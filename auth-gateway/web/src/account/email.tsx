/** The address: a link in the new mailbox makes the change. */
import { useState } from "react";
import { withSession } from "../api/gateway.ts";
import { authClient, authData } from "../auth/client.ts";
import { useSession } from "../auth/session.ts";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { Field } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { runtimeConfig } from "../config.ts";
import { Section } from "../shell/page.tsx";
import { account } from "../strings/account.ts";

export function Email() {
  const { data: session } = useSession();
  return (
    <Section title={account.email} text={account.emailText}>
      <Field label={account.currentEmail} value={session?.user.email ?? ""} readOnly />
      {runtimeConfig().mail ? <ChangeEmail /> : <Banner tone="info">{account.emailNoMail}</Banner>}
    </Section>
  );
}

function ChangeEmail() {
  const [mailedTo, setMailedTo] = useState<string>();
  const submission = useSubmission(async ({ newEmail = "" }, form) => {
    await withSession(() => authData(authClient.changeEmail({ newEmail })));
    form.reset();
    setMailedTo(newEmail);
  });
  return (
    <Form submission={submission}>
      <Failure of={submission} />
      {mailedTo !== undefined && <Banner tone="success">{account.emailMailed(mailedTo)}</Banner>}
      <Field label={account.newEmail} name="newEmail" type="email" required autoComplete="email" />
      <Button type="submit" busy={submission.isBusy}>
        {account.changeEmail}
      </Button>
    </Form>
  );
}
