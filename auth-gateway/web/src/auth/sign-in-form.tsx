/** E-mail and password, and the second factor where the account has one; used by the page and by the dialog. */
import { useState } from "react";
import { Link } from "wouter";
import { ApiError } from "../api/problem.ts";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { Field, PasswordField } from "../components/field.tsx";
import { Form, useSubmission } from "../components/form.tsx";
import { runtimeConfig } from "../config.ts";
import { sentenceFor } from "../errors/describe.ts";
import { paths } from "../paths.ts";
import { auth } from "../strings/auth.ts";
import { authClient, authData } from "./client.ts";
import { CodeForm } from "./code-form.tsx";
import { SendAgain } from "./send-again.tsx";

export interface SignInFormProps {
  /** Who has to sign in, where it must be the same person again. */
  readonly email?: string;
  readonly onSignedIn: () => Promise<void>;
}

export function SignInForm({ email, onSignedIn }: SignInFormProps) {
  const [needsCode, setNeedsCode] = useState(false);
  const [address, setAddress] = useState(email ?? "");
  const submission = useSubmission(async ({ password = "" }) => {
    const answer = await authData(authClient.signIn.email({ email: address, password }));
    if ("twoFactorRedirect" in answer) setNeedsCode(true);
    else await onSignedIn();
  });
  const { failure, isBusy } = submission;
  if (needsCode) return <CodeForm onSignedIn={onSignedIn} onExpired={() => setNeedsCode(false)} />;
  // The gateway tells nobody which of the two it is.
  const mayBeUnconfirmed =
    runtimeConfig().signUp === "verify" && failure instanceof ApiError && failure.code === "INVALID_EMAIL_OR_PASSWORD";
  return (
    <Form submission={submission}>
      {failure !== undefined && (
        <Banner tone="danger">
          <p>{mayBeUnconfirmed ? auth.wrongOrUnconfirmed : sentenceFor(failure)}</p>
          {mayBeUnconfirmed && <SendAgain email={address} />}
        </Banner>
      )}
      <Field
        label={auth.email}
        type="email"
        autoComplete="username"
        readOnly={email !== undefined}
        name="email"
        required
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <PasswordField
        label={auth.password}
        name="password"
        required
        autoComplete="current-password"
        aside={runtimeConfig().mail && email === undefined && <Link href={paths.forgotPassword}>{auth.forgot}</Link>}
      />
      <Button type="submit" look="primary" wide busy={isBusy}>
        {auth.signIn}
      </Button>
    </Form>
  );
}
