/** The second factor: on, off, and new backup codes. */
import { ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import { withSession } from "../api/gateway.ts";
import { authClient, authData } from "../auth/client.ts";
import { renewSession, useSession } from "../auth/session.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { PasswordField } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { Item, Items } from "../components/items.tsx";
import { Actions, Section } from "../shell/page.tsx";
import { account } from "../strings/account.ts";
import { BackupCodes } from "./backup-codes.tsx";
import { Enrol, type Enrolment } from "./enrol.tsx";

type Task = "enable" | "disable" | "codes";

const TITLES = { enable: account.twoFactor, disable: account.turnOff, codes: account.newBackupCodes } as const;

export function TwoFactor() {
  const { data: session } = useSession();
  const [task, setTask] = useState<Task>();
  const isOn = session?.user.twoFactorEnabled === true;
  const Icon = isOn ? ShieldCheck : ShieldOff;
  return (
    <Section title={account.twoFactor} text={account.twoFactorText}>
      <Items>
        <Item icon={<Icon size={20} aria-hidden="true" />} title={isOn ? account.twoFactorOn : account.twoFactorOff} />
      </Items>
      <Actions>
        {!isOn && <Button onClick={() => setTask("enable")}>{account.turnOn}</Button>}
        {isOn && <Button onClick={() => setTask("codes")}>{account.newBackupCodes}</Button>}
        {isOn && (
          <Button look="danger" onClick={() => setTask("disable")}>
            {account.turnOff}
          </Button>
        )}
      </Actions>
      <Dialog open={task !== undefined} onOpenChange={() => setTask(undefined)} title={TITLES[task ?? "enable"]}>
        {task !== undefined && <Steps task={task} onDone={() => setTask(undefined)} />}
      </Dialog>
    </Section>
  );
}

/** The password first; then what the task shows. */
function Steps({ task, onDone }: { readonly task: Task; readonly onDone: () => void }) {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [codes, setCodes] = useState<readonly string[]>();
  const submission = useSubmission(async ({ password = "" }) => {
    const { enable, disable, generateBackupCodes } = authClient.twoFactor;
    if (task === "enable") {
      const answer = await withSession(() => authData(enable({ password })));
      // The other method, codes by mail, is not offered by the gateway.
      if (answer.method === "totp") setEnrolment(answer);
    } else if (task === "codes") {
      setCodes((await withSession(() => authData(generateBackupCodes({ password })))).backupCodes);
    } else {
      await withSession(() => authData(disable({ password })));
      await renewSession();
      onDone();
    }
  });
  const enrolled = (kept: readonly string[]) => {
    setEnrolment(undefined);
    setCodes(kept);
  };
  if (codes !== undefined) return <BackupCodes codes={codes} onDone={onDone} />;
  if (enrolment !== undefined)
    return <Enrol enrolment={enrolment} onEnrolled={() => enrolled(enrolment.backupCodes)} />;
  return (
    <Form submission={submission}>
      {task === "codes" && <p>{account.newBackupText}</p>}
      <Failure of={submission} />
      <PasswordField label={account.confirmPassword} name="password" required autoComplete="current-password" />
      <Button type="submit" look={task === "disable" ? "danger" : "primary"} busy={submission.isBusy}>
        {task === "disable" ? account.turnOff : account.goOn}
      </Button>
    </Form>
  );
}
