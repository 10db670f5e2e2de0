/** The end of the account: asked for here, confirmed by mail where there is mail. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { accountQuery, useAccount } from "../account/queries.ts";
import { dataOf } from "../api/answers.ts";
import { gateway, withSession } from "../api/gateway.ts";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { Choice, Choices } from "../components/choices.tsx";
import { Dialog } from "../components/dialog.tsx";
import { PasswordField } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { formatRelative } from "../format/time.ts";
import { Section } from "../shell/page.tsx";
import { privacy } from "../strings/privacy.ts";
import { sayGoodbye } from "./goodbye.ts";

export function DeleteAccount() {
  const { data } = useAccount();
  const [isOpen, setOpen] = useState(false);
  const deletion = data?.deletion ?? null;
  return (
    <Section title={privacy.account} text={privacy.accountText} tone="danger">
      {deletion?.status === "confirm" && (
        <Banner tone="warning">{privacy.deletionPending(formatRelative(deletion.requestedAt))}</Banner>
      )}
      {deletion?.status === "stuck" && <Banner tone="danger">{privacy.deletionStuck}</Banner>}
      <Button look="danger" onClick={() => setOpen(true)}>
        {privacy.deleteAccount}
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={privacy.deleteAccountTitle}
        description={privacy.deleteAccountText}
      >
        <DeletionForm email={data?.user.email ?? ""} asksPassword={data?.passwordSet !== false} />
      </Dialog>
    </Section>
  );
}

interface DeletionFormProps {
  readonly email: string;
  readonly asksPassword: boolean;
}

function DeletionForm({ email, asksPassword }: DeletionFormProps) {
  const client = useQueryClient();
  const [when, setWhen] = useState<"grace" | "now">("grace");
  const [isMailed, setMailed] = useState(false);
  const submission = useSubmission(async ({ password }) => {
    const body = { when, ...(password === undefined ? {} : { password }) };
    const answer = await withSession(() => dataOf(gateway.DELETE("/api/account", { body })));
    if (answer.status === "scheduled") return sayGoodbye(answer);
    setMailed(true);
    await client.invalidateQueries(accountQuery);
  });
  if (isMailed) return <Banner tone="success">{privacy.deletionMailed(email)}</Banner>;
  return (
    <Form submission={submission}>
      <Choices label={privacy.when}>
        <Choice name="when" label={privacy.whenGrace} checked={when === "grace"} onChoose={() => setWhen("grace")} />
        <Choice name="when" label={privacy.whenNow} checked={when === "now"} onChoose={() => setWhen("now")} />
      </Choices>
      <Failure of={submission} />
      {asksPassword && (
        <PasswordField label={privacy.password} name="password" required autoComplete="current-password" />
      )}
      <Button type="submit" look="danger" busy={submission.isBusy}>
        {privacy.deleteAccount}
      </Button>
    </Form>
  );
}
