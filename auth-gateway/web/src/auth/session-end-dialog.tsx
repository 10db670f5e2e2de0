/** Asks to sign in again over the page as it is; what waited for it is sent then. */
import { useSyncExternalStore } from "react";
import { sessionEnd } from "../api/session-end.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { auth } from "../strings/auth.ts";
import styles from "./form.module.css";
import { OtherWays } from "./other-ways.tsx";
import { renewSession, type Session, signOut } from "./session.ts";
import { SignInForm } from "./sign-in-form.tsx";

const WORDS = {
  ended: { title: auth.sessionEndedTitle, text: auth.sessionEndedText },
  stale: { title: auth.freshTitle, text: auth.freshText },
} as const;

export function SessionEndDialog({ user }: { readonly user: Session["user"] }) {
  const reason = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.reason);
  const { title, text } = WORDS[reason ?? "ended"];
  const again = async () => {
    await renewSession();
    sessionEnd.settle("renewed");
  };
  const decline = () => sessionEnd.settle("declined");
  return (
    <Dialog open={reason !== undefined} onOpenChange={(open) => open || decline()} title={title} description={text}>
      <SignInForm email={user.email} onSignedIn={again} />
      <OtherWays wanted={location.pathname + location.search} onSignedIn={again} />
      {reason === "ended" && (
        <div className={styles.others}>
          <Button look="quiet" wide onClick={() => void signOut()}>
            {auth.somebodyElse}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
