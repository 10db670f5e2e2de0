/** Has the mail that confirms an address sent once more. */
import { useState } from "react";
import { sentenceFor } from "../errors/describe.ts";
import { auth } from "../strings/auth.ts";
import { authClient, authData } from "./client.ts";
import styles from "./form.module.css";

export function SendAgain({ email }: { readonly email: string }) {
  const [answer, setAnswer] = useState<string>();
  const send = async () => {
    try {
      await authData(authClient.sendVerificationEmail({ email }));
      setAnswer(auth.sentAgain);
    } catch (error) {
      setAnswer(sentenceFor(error));
    }
  };
  return (
    <p role="status">
      {answer ?? (
        <button type="button" className={styles.link} onClick={() => void send()}>
          {auth.sendAgain}
        </button>
      )}
    </p>
  );
}
