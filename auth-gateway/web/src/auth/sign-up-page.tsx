/** A new account: a session at once, or a mail whose link confirms the address first. */
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { Link, Redirect, useSearch } from "wouter";
import { Button, ButtonLink } from "../components/button.tsx";
import { Field, PasswordField } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { runtimeConfig } from "../config.ts";
import { paths } from "../paths.ts";
import { auth } from "../strings/auth.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { authClient, authData } from "./client.ts";
import { OtherWays } from "./other-ways.tsx";
import { returnPath } from "./return-path.ts";
import { SendAgain } from "./send-again.tsx";
import { renewSession, useSession } from "./session.ts";

export default function SignUpPage() {
  const search = useSearch();
  const wanted = returnPath(search);
  const { data: session } = useSession();
  const [mailedTo, setMailedTo] = useState<string>();
  const signIn = search === "" ? paths.signIn : `${paths.signIn}?${search}`;
  if (session) return <Redirect to={wanted} replace />;
  if (mailedTo !== undefined) return <LookIntoMailbox email={mailedTo} signIn={signIn} />;
  const footer = (
    <>
      {auth.haveAccount} <Link href={signIn}>{auth.signIn}</Link>
    </>
  );
  return (
    <AuthLayout title={auth.signUpTitle} lead={auth.signUpLead} footer={footer}>
      <SignUpForm onMailed={setMailedTo} />
      <OtherWays wanted={wanted} onSignedIn={renewSession} />
    </AuthLayout>
  );
}

function SignUpForm({ onMailed }: { readonly onMailed: (email: string) => void }) {
  const submission = useSubmission(async ({ name = "", email = "", password = "" }) => {
    await authData(authClient.signUp.email({ name, email, password }));
    if (runtimeConfig().signUp === "verify") onMailed(email);
    else await renewSession();
  });
  const { isBusy } = submission;
  return (
    <Form submission={submission}>
      <Failure of={submission} />
      <Field label={auth.name} name="name" required autoComplete="name" />
      <Field label={auth.email} type="email" autoComplete="username" name="email" required />
      <PasswordField
        label={auth.password}
        autoComplete="new-password"
        hint={auth.passwordHint}
        name="password"
        required
        minLength={8}
        maxLength={128}
      />
      <Button type="submit" look="primary" wide busy={isBusy}>
        {auth.signUp}
      </Button>
    </Form>
  );
}

function LookIntoMailbox({ email, signIn }: { readonly email: string; readonly signIn: string }) {
  return (
    <AuthLayout title={auth.verifyTitle} lead={auth.verifyText(email)}>
      <MailCheck size={40} aria-hidden="true" strokeWidth={1.5} />
      <div>
        <p>{auth.verifySpam}</p>
        <SendAgain email={email} />
      </div>
      <ButtonLink href={signIn} look="primary" wide>
        {auth.signIn}
      </ButtonLink>
    </AuthLayout>
  );
}
