/** The authenticator app learns the secret, and its first code proves it. */
import { encode } from "uqr";
import { withSession } from "../api/gateway.ts";
import { authClient, authData } from "../auth/client.ts";
import { renewSession } from "../auth/session.ts";
import { Button } from "../components/button.tsx";
import { Field } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { account } from "../strings/account.ts";
import styles from "./two-factor.module.css";

export interface Enrolment {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

export function Enrol({ enrolment, onEnrolled }: { readonly enrolment: Enrolment; readonly onEnrolled: () => void }) {
  const submission = useSubmission(async ({ code = "" }) => {
    await withSession(() => authData(authClient.twoFactor.verifyTotp({ code: code.replace(/\s/g, "") })));
    await renewSession();
    onEnrolled();
  });
  const secret = new URL(enrolment.totpURI).searchParams.get("secret") ?? "";
  return (
    <Form submission={submission}>
      <p>{account.scan}</p>
      <QrCode text={enrolment.totpURI} />
      <p className={styles.secret}>
        {account.cantScan} <code>{secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
      </p>
      <Failure of={submission} />
      <Field label={account.code} name="code" required inputMode="numeric" autoComplete="one-time-code" />
      <Button type="submit" look="primary" busy={submission.isBusy}>
        {account.confirmCode}
      </Button>
    </Form>
  );
}

/** Dark on light in both themes: not every app reads the inverse. */
function QrCode({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { border: 2 });
  const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg className={styles.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={account.qrLabel}>
      <path d={squares} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
