/** A page of text and settings: title, lead, sections. (The chat draws its own.) */
import type { ReactNode } from "react";
import styles from "./page.module.css";
import { useTitle } from "./use-title.ts";

export interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, lead, children }: PageProps) {
  useTitle(title);
  return (
    <div className={styles.scroll}>
      <div className={styles.page}>
        <header className={styles.head}>
          <h1>{title}</h1>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        </header>
        {children}
      </div>
    </div>
  );
}

export interface SectionProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly children: ReactNode;
  readonly tone?: "danger";
}

export function Section({ title, text, children, tone }: SectionProps) {
  return (
    <section className={`${styles.section} ${tone === "danger" ? styles.danger : ""}`}>
      <div className={styles.about}>
        <h2>{title}</h2>
        {text !== undefined && <p>{text}</p>}
      </div>
      <div className={styles.content}>{children}</div>
    </section>
  );
}

/** Buttons that belong together. */
export function Actions({ children }: { readonly children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
