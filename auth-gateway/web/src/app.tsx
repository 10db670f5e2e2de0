/** The pages by address. Signing in needs little, so it loads little: the rest of the program comes after it. */
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { Waiting } from "./components/spinner.tsx";
import { paths } from "./paths.ts";
import { app } from "./strings/app.ts";

const SignInPage = lazy(() => import("./auth/sign-in-page.tsx"));
const SignUpPage = lazy(() => import("./auth/sign-up-page.tsx"));
const ForgotPasswordPage = lazy(() => import("./auth/forgot-password-page.tsx"));
const GoodbyePage = lazy(() => import("./privacy/goodbye-page.tsx"));
const SignedIn = lazy(() => import("./shell/signed-in.tsx"));

export function App() {
  return (
    <Suspense fallback={<Waiting label={app.loading} />}>
      <Switch>
        <Route path={paths.signIn} component={SignInPage} />
        <Route path={paths.signUp} component={SignUpPage} />
        <Route path={paths.forgotPassword} component={ForgotPasswordPage} />
        <Route path={paths.goodbye} component={GoodbyePage} />
        <Route component={SignedIn} />
      </Switch>
    </Suspense>
  );
}
