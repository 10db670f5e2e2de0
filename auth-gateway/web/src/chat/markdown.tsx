/** An answer's Markdown. Nothing in it acts: no HTML, no image, no address but of the web, no citation but of its sources. */
import { type ComponentProps, memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { chat } from "../strings/chat.ts";
import { remarkCitations } from "./citations.ts";
import { CodeBlock } from "./code-block.tsx";
import styles from "./markdown.module.css";
import { type Source, webAddress } from "./messages.ts";
import { Citation } from "./source-popover.tsx";

export interface MarkdownProps {
  /** Unique in the page: the answer's footnotes refer to each other by it. */
  readonly id: string;
  readonly text: string;
  readonly sources: readonly Source[];
}

function Link({ href, children }: ComponentProps<"a">) {
  const address = webAddress(href);
  // Within the answer: to a footnote, and back.
  if (href?.startsWith("#")) return <a href={href}>{children}</a>;
  if (address === undefined) return children;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
      {children}
    </a>
  );
}

/** What is wider than the page scrolls by itself, by keyboard too. */
function Table({ children }: { readonly children?: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: else only a mouse could scroll it.
    <section className={styles.table} aria-label={chat.table} tabIndex={0}>
      <table>{children}</table>
    </section>
  );
}

function componentsFor(sources: readonly Source[]): Components {
  return {
    a: Link,
    img: ({ alt }) => <span className={styles.image}>{chat.image(alt ?? "")}</span>,
    table: ({ children }) => <Table>{children}</Table>,
    pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
    cite({ children, ...rest }) {
      const id = (rest as Record<string, unknown>)["data-source"];
      const source = sources.find((known) => known.id === id);
      return source === undefined ? children : <Citation source={source} />;
    },
  };
}

function isSame(before: MarkdownProps, after: MarkdownProps): boolean {
  const names = ({ sources }: MarkdownProps) => sources.map(({ id, sourceRemoved }) => `${id}${sourceRemoved}`).join();
  return before.id === after.id && before.text === after.text && names(before) === names(after);
}

/** Reading Markdown is what costs most in a long conversation, so it is done for what has changed only. */
const Markdown = memo(function Markdown({ id, text, sources }: MarkdownProps) {
  return (
    <div className={styles.markdown}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm, [remarkCitations, sources.map((source) => source.id)]]}
        remarkRehypeOptions={{ clobberPrefix: `${id}-` }}
        components={componentsFor(sources)}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}, isSame);

export default Markdown;
