/** Asks for the mail whose link sets a new password; the answer never tells whether there is such an account. */
import { useState } from "react";
import { Link } from "wouter";
import { Button } from "../components/button.tsx";
import { Field } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { paths } from "../paths.ts";
import { auth } from "../strings/auth.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { authClient, authData } from "./client.ts";

export default function ForgotPasswordPage() {
  const [sentTo, setSentTo] = useState<string>();
  const submission = useSubmission(async ({ email = "" }) => {
    await authData(authClient.requestPasswordReset({ email }));
    setSentTo(email);
  });
  const { isBusy } = submission;
  const footer = <Link href={paths.signIn}>{auth.backToSignIn}</Link>;
  if (sentTo !== undefined)
    return (
      <AuthLayout title={auth.linkSent} lead={auth.linkSentText(sentTo)} footer={footer}>
        {null}
      </AuthLayout>
    );
  return (
    <AuthLayout title={auth.forgotTitle} lead={auth.forgotLead} footer={footer}>
      <Form submission={submission}>
        <Failure of={submission} />
        <Field label={auth.email} type="email" autoComplete="username" name="email" required />
        <Button type="submit" look="primary" wide busy={isBusy}>
          {auth.sendLink}
        </Button>
      </Form>
    </AuthLayout>
  );
}
