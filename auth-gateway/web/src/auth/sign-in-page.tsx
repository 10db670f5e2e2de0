/** Signing in, and back to where somebody wanted to be. */
import { Link, Redirect, useSearch } from "wouter";
import { Banner } from "../components/banner.tsx";
import { paths } from "../paths.ts";
import { auth } from "../strings/auth.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { OtherWays } from "./other-ways.tsx";
import { returnPath } from "./return-path.ts";
import { renewSession, useSession } from "./session.ts";
import { SignInForm } from "./sign-in-form.tsx";

export default function SignInPage() {
  const search = useSearch();
  const wanted = returnPath(search);
  const { data: session } = useSession();
  if (session) return <Redirect to={wanted} replace />;
  const failed = new URLSearchParams(search).has("error");
  return (
    <AuthLayout
      title={auth.signInTitle}
      lead={auth.signInLead}
      footer={
        <>
          {auth.noAccount} <Link href={search === "" ? paths.signUp : `${paths.signUp}?${search}`}>{auth.signUp}</Link>
        </>
      }
    >
      {failed && <Banner tone="danger">{auth.socialFailed}</Banner>}
      <SignInForm onSignedIn={renewSession} />
      <OtherWays wanted={wanted} onSignedIn={renewSession} />
    </AuthLayout>
  );
}
