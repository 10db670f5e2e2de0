/** A block of code: its language, a button that copies it, and the code, which scrolls by itself. */
import { Children, isValidElement, type ReactNode, useRef } from "react";
import { chat } from "../strings/chat.ts";
import { CopyButton } from "./copy-button.tsx";
import styles from "./markdown.module.css";

function languageOf(children: ReactNode): string {
  const code = Children.toArray(children).find((child) => isValidElement<{ className?: string }>(child));
  const name = isValidElement<{ className?: string }>(code) ? code.props.className : undefined;
  return /language-([\w+#.-]+)/.exec(name ?? "")?.[1] ?? "";
}

export function CodeBlock({ children }: { readonly children: ReactNode }) {
  const code = useRef<HTMLPreElement>(null);
  const language = languageOf(children);
  return (
    <figure className={styles.code} aria-label={chat.code(language)}>
      <figcaption className={styles.codeHead}>
        <span>{language || chat.code("")}</span>
        <CopyButton label={chat.copyCode} text={() => code.current?.textContent ?? ""} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: else only a mouse could scroll it. */}
      <pre ref={code} tabIndex={0}>
        {children}
      </pre>
    </figure>
  );
}
