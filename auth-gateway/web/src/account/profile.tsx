/** The person's name. */

import { withSession } from "../api/gateway.ts";
import { authClient, authData } from "../auth/client.ts";
import { useSession } from "../auth/session.ts";
import { Button } from "../components/button.tsx";
import { Field } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { toast } from "../components/toast.tsx";
import { Section } from "../shell/page.tsx";
import { account } from "../strings/account.ts";
import { app } from "../strings/app.ts";

export function Profile() {
  const { data: session } = useSession();
  const submission = useSubmission(async ({ name = "" }) => {
    await withSession(() => authData(authClient.updateUser({ name })));
    toast({ title: app.saved });
  });
  return (
    <Section title={account.profile} text={account.profileText}>
      <Form submission={submission}>
        <Failure of={submission} />
        <Field
          key={session?.user.id}
          label={account.name}
          name="name"
          required
          maxLength={200}
          autoComplete="name"
          defaultValue={session?.user.name}
        />
        <Button type="submit" busy={submission.isBusy}>
          {app.save}
        </Button>
      </Form>
    </Section>
  );
}
