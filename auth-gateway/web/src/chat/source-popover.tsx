/** The quoted source at a citation: one popover, opened by any chip of the conversation. */
import { Popover } from "@base-ui/react/popover";
import { ExternalLink, FileText, X } from "lucide-react";
import { IconButton } from "../components/button.tsx";
import { app } from "../strings/app.ts";
import { chat } from "../strings/chat.ts";
import { type Source, webAddress } from "./messages.ts";
import styles from "./source-popover.module.css";

const handle = Popover.createHandle<Source>();

/** The number within the text. */
export function Citation({ source }: { readonly source: Source }) {
  return (
    <Popover.Trigger
      handle={handle}
      payload={source}
      className={styles.chip}
      aria-label={chat.source(source.id, source.title)}
    >
      {source.id}
    </Popover.Trigger>
  );
}

/** All sources of an answer, under it. */
export function SourceList({ sources }: { readonly sources: readonly Source[] }) {
  return (
    <ul className={styles.list} aria-label={chat.sources}>
      {sources.map((source) => (
        <li key={source.id}>
          <Popover.Trigger
            handle={handle}
            payload={source}
            className={`${styles.source} ${source.sourceRemoved ? styles.removed : ""}`}
          >
            <span className={styles.number}>{source.id}</span>
            <span className={styles.name}>{source.title}</span>
          </Popover.Trigger>
        </li>
      ))}
    </ul>
  );
}

function SourceDetails({ source }: { readonly source: Source }) {
  const address = webAddress(source.url);
  return (
    <>
      <header className={styles.head}>
        <FileText size={18} aria-hidden="true" className={styles.icon} />
        <div className={styles.names}>
          <Popover.Title className={styles.title}>{source.title}</Popover.Title>
          {source.heading !== undefined && <p className={styles.heading}>{source.heading}</p>}
        </div>
        <Popover.Close render={<IconButton label={app.close} />}>
          <X size={16} aria-hidden="true" />
        </Popover.Close>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: else only a mouse could scroll it. */}
      <blockquote className={styles.quote} tabIndex={0}>
        {source.quote}
      </blockquote>
      {source.sourceRemoved && <p className={styles.note}>{chat.sourceRemoved}</p>}
      <footer className={styles.foot}>
        <span className={styles.uri}>{source.uri}</span>
        {address !== undefined && !source.sourceRemoved && (
          <a href={address} target="_blank" rel="noopener noreferrer" className={styles.open}>
            {chat.sourceOpen}
            <ExternalLink size={14} aria-hidden="true" />
          </a>
        )}
      </footer>
    </>
  );
}

/** Stands once on the page. */
export function SourcePopover() {
  return (
    <Popover.Root handle={handle}>
      {({ payload }) => (
        <Popover.Portal>
          <Popover.Positioner sideOffset={8} collisionPadding={16} className={styles.positioner}>
            <Popover.Popup className={styles.popup}>
              {payload !== undefined && <SourceDetails source={payload} />}
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      )}
    </Popover.Root>
  );
}
