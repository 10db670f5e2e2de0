/** The frame of the pages that lead in: the form, and beside it, where there is room, what awaits behind it. */
import { FileText, KeyRound, ScanEye } from "lucide-react";
import type { ReactNode } from "react";
import { Mark } from "../components/mark.tsx";
import { OfflineNotice } from "../errors/offline-notice.tsx";
import { useTitle } from "../shell/use-title.ts";
import { app } from "../strings/app.ts";
import { auth } from "../strings/auth.ts";
import styles from "./auth-layout.module.css";

const CLAIM_ICONS = [FileText, KeyRound, ScanEye];

export interface AuthLayoutProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  /** The way to the page's sibling. */
  readonly footer?: ReactNode;
}

export function AuthLayout({ title, lead, children, footer }: AuthLayoutProps) {
  useTitle(title);
  return (
    <div className={styles.split}>
      <div className={styles.side}>
        <OfflineNotice />
        <main className={styles.main}>
          <div className={styles.brand}>
            <Mark size={32} />
            <span>{app.name}</span>
          </div>
          <header className={styles.head}>
            <h1>{title}</h1>
            {lead !== undefined && <p>{lead}</p>}
          </header>
          {children}
          {footer !== undefined && <p className={styles.footer}>{footer}</p>}
        </main>
      </div>
      <aside className={styles.panel}>
        <ul className={styles.claims}>
          {auth.claims.map(([name, text], index) => {
            const Icon = CLAIM_ICONS[index] ?? FileText;
            return (
              <li key={name}>
                <Icon size={20} aria-hidden="true" />
                <div>
                  <h2>{name}</h2>
                  <p>{text}</p>
                </div>
              </li>
            );
          })}
        </ul>
      </aside>
    </div>
  );
}
