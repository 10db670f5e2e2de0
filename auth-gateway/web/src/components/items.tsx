/** A list of things with an action each: sessions, passkeys, events. */
import type { ReactNode } from "react";
import styles from "./items.module.css";

export function Items({ children }: { readonly children: ReactNode }) {
  return <ul className={styles.items}>{children}</ul>;
}

export interface ItemProps {
  readonly icon: ReactNode;
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly badge?: string | undefined;
  readonly action?: ReactNode;
}

export function Item({ icon, title, text, badge, action }: ItemProps) {
  return (
    <li className={styles.item}>
      <span className={styles.icon}>{icon}</span>
      <div className={styles.words}>
        <p className={styles.title}>
          {title}
          {badge !== undefined && <span className={styles.badge}>{badge}</span>}
        </p>
        {text !== undefined && <div className={styles.text}>{text}</div>}
      </div>
      {action}
    </li>
  );
}
