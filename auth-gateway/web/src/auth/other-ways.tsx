/** The ways in beside a password, as far as this gateway offers them. */
import { KeyRound, LogIn } from "lucide-react";
import { useState } from "react";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { runtimeConfig } from "../config.ts";
import { sentenceFor } from "../errors/describe.ts";
import { signInPath } from "../paths.ts";
import { auth } from "../strings/auth.ts";
import { authClient, authData } from "./client.ts";
import styles from "./form.module.css";

export interface OtherWaysProps {
  /** Where to go afterwards, a path of ours. */
  readonly wanted: string;
  readonly onSignedIn: () => Promise<void>;
}

export function OtherWays({ wanted, onSignedIn }: OtherWaysProps) {
  const { social, passkeys } = runtimeConfig();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState<string>();
  const hasPasskeys = passkeys && "PublicKeyCredential" in window;
  if (social.length === 0 && !hasPasskeys) return null;
  const run = async (way: string, work: () => Promise<void>) => {
    setBusy(way);
    setFailure(undefined);
    await work().catch(setFailure);
    setBusy(undefined);
  };
  const withPasskey = async () => {
    const { passkeyAuth } = await import("./passkeys.ts");
    await authData(passkeyAuth.signIn.passkey());
    await onSignedIn();
  };
  const withProvider = async (provider: string) => {
    const callbackURL = location.origin + wanted;
    // The client itself follows the answer's URL to the provider.
    await authData(
      authClient.signIn.social({ provider, callbackURL, errorCallbackURL: location.origin + signInPath(wanted) }),
    );
  };
  return (
    <div className={styles.others}>
      <p className={styles.or}>{auth.or}</p>
      {failure !== undefined && <Banner tone="danger">{sentenceFor(failure)}</Banner>}
      {hasPasskeys && (
        <Button wide busy={busy === "passkey"} onClick={() => void run("passkey", withPasskey)}>
          <KeyRound size={18} aria-hidden="true" />
          {auth.withPasskey}
        </Button>
      )}
      {social.map(({ id, name }) => (
        <Button key={id} wide busy={busy === id} onClick={() => void run(id, () => withProvider(id))}>
          <LogIn size={18} aria-hidden="true" />
          {auth.with(name)}
        </Button>
      ))}
    </div>
  );
}
