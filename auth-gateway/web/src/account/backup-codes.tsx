/** The codes for when the phone is not there, shown once. */
import { Copy } from "lucide-react";
import { useState } from "react";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { Actions } from "../shell/page.tsx";
import { account } from "../strings/account.ts";
import { app } from "../strings/app.ts";
import styles from "./two-factor.module.css";

export function BackupCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join("\n"));
    setCopied(true);
  };
  return (
    <div className={styles.backup}>
      <h3>{account.backupTitle}</h3>
      <Banner tone="warning">{account.backupText}</Banner>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Actions>
        <Button look="primary" onClick={onDone}>
          {account.backupDone}
        </Button>
        {"clipboard" in navigator && (
          <Button onClick={() => void copy()}>
            <Copy size={16} aria-hidden="true" />
            <span aria-live="polite">{isCopied ? app.copied : app.copy}</span>
          </Button>
        )}
      </Actions>
    </div>
  );
}
