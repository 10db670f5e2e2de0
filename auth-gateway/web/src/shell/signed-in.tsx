/** Everything behind a sign-in: the session is asked for first, the page then loads within the common frame. */
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation, useSearch } from "wouter";
import { SessionEndDialog } from "../auth/session-end-dialog.tsx";
import { Waiting } from "../components/spinner.tsx";
import { Toasts } from "../components/toast.tsx";
import { ErrorBoundary } from "../errors/boundary.tsx";
import { FullPageError } from "../errors/error-state.tsx";

import { paths, signInPath } from "../paths.ts";
import { app } from "../strings/app.ts";
import { Frame } from "./frame.tsx";
import { useKnownSession } from "./known-session.ts";
import { NotFoundPage } from "./not-found-page.tsx";
import { queryClient } from "./query-client.ts";

const ChatPage = lazy(() => import("../chat/chat-page.tsx"));
const HistoryPage = lazy(() => import("../history/history-page.tsx"));
const AccountPage = lazy(() => import("../account/account-page.tsx"));
const PrivacyPage = lazy(() => import("../privacy/privacy-page.tsx"));

export default function SignedIn() {
  const { session, isPending, error, refetch } = useKnownSession();
  const [path] = useLocation();
  const search = useSearch();
  if (session !== undefined) {
    return (
      <QueryClientProvider client={queryClient}>
        <Frame user={session.user}>
          <Pages />
        </Frame>
        <SessionEndDialog user={session.user} />
        <Toasts />
      </QueryClientProvider>
    );
  }
  if (isPending) return <Waiting label={app.loading} />;
  if (error !== null) return <FullPageError error={error} onRetry={refetch} />;
  return <Redirect to={signInPath(search === "" ? path : `${path}?${search}`)} replace />;
}

function Pages() {
  const [path] = useLocation();
  return (
    // A new chat keeps its page when its first question gives it an address.
    <ErrorBoundary key={path.startsWith("/c/") ? "" : path.split("/")[1]} within="part">
      <Suspense fallback={<Waiting label={app.loading} />}>
        <Switch>
          <Route path={paths.home} component={ChatPage} />
          <Route path={paths.conversation} component={ChatPage} />
          <Route path={paths.history} component={HistoryPage} />
          <Route path={paths.account} component={AccountPage} />
          <Route path={paths.privacy} component={PrivacyPage} />
          <Route component={NotFoundPage} />
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}
