/** The second factor: a code of the authenticator app, or one of the backup codes. */
import { useState } from "react";
import { ApiError } from "../api/problem.ts";
import { Button } from "../components/button.tsx";
import { Field } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { auth } from "../strings/auth.ts";
import { authClient, authData } from "./client.ts";
import styles from "./form.module.css";

export interface CodeFormProps {
  readonly onSignedIn: () => Promise<void>;
  /** The step between password and code took too long, or too many tries. */
  readonly onExpired: () => void;
}

const STARTS_OVER = new Set(["INVALID_TWO_FACTOR_COOKIE", "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE"]);

export function CodeForm({ onSignedIn, onExpired }: CodeFormProps) {
  const [kind, setKind] = useState<"app" | "backup">("app");
  const submission = useSubmission(async ({ code = "", trustDevice }) => {
    const body = { code: code.replace(/\s/g, ""), trustDevice: trustDevice !== undefined };
    const { verifyTotp, verifyBackupCode } = authClient.twoFactor;
    await authData(kind === "app" ? verifyTotp(body) : verifyBackupCode(body));
    await onSignedIn();
  });
  const { failure } = submission;
  const change = () => {
    setKind(kind === "app" ? "backup" : "app");
    submission.clear();
  };
  const startsOver = failure instanceof ApiError && STARTS_OVER.has(failure.code);
  return (
    <Form submission={submission}>
      <h2>{auth.codeTitle}</h2>
      <p>{kind === "app" ? auth.codeLead : auth.backupLead}</p>
      <Failure of={submission} />
      <Field
        key={kind}
        label={kind === "app" ? auth.code : auth.backupCode}
        className={styles.code ?? ""}
        inputMode={kind === "app" ? "numeric" : "text"}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        name="code"
        required
      />
      <label className={styles.check}>
        <input type="checkbox" name="trustDevice" />
        {auth.trustDevice}
      </label>
      {startsOver ? (
        <Button look="primary" wide onClick={onExpired}>
          {auth.backToSignIn}
        </Button>
      ) : (
        <Button type="submit" look="primary" wide busy={submission.isBusy}>
          {auth.confirmCode}
        </Button>
      )}
      <button type="button" className={styles.link} onClick={change}>
        {kind === "app" ? auth.useBackup : auth.useApp}
      </button>
    </Form>
  );
}
