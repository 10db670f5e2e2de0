/** What the two services hold about the person, as files. */
import { MessagesSquare, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { gatewayFetch } from "../api/gateway.ts";
import { ragFetch } from "../api/rag-api.ts";
import { Banner } from "../components/banner.tsx";
import { Button } from "../components/button.tsx";
import { Item, Items } from "../components/items.tsx";
import { runtimeConfig } from "../config.ts";
import { sentenceFor } from "../errors/describe.ts";
import { formatSize } from "../format/size.ts";
import { Section } from "../shell/page.tsx";
import { privacy } from "../strings/privacy.ts";
import { type DownloadState, useDownload } from "./download.ts";

const fetchChats = (signal: AbortSignal) => ragFetch(`${runtimeConfig().ragApiUrl}/v1/me/export`, { signal });
const fetchAccount = (signal: AbortSignal) => gatewayFetch(new Request("/api/account/export", { signal }));

export function Export() {
  return (
    <Section title={privacy.export} text={privacy.exportText}>
      <Items>
        <ExportItem
          icon={<MessagesSquare size={20} aria-hidden="true" />}
          name={privacy.exportChats}
          text={privacy.exportChatsText}
          file="conversations.zip"
          fetchFile={fetchChats}
        />
        <ExportItem
          icon={<UserRound size={20} aria-hidden="true" />}
          name={privacy.exportAccount}
          text={privacy.exportAccountText}
          file="account.zip"
          fetchFile={fetchAccount}
        />
      </Items>
    </Section>
  );
}

interface ExportItemProps {
  readonly icon: ReactNode;
  readonly name: string;
  readonly text: string;
  readonly file: string;
  readonly fetchFile: (signal: AbortSignal) => Promise<Response>;
}

function ExportItem({ icon, name, text, file, fetchFile }: ExportItemProps) {
  const { state, start, stop } = useDownload(fetchFile, file);
  const isRunning = state.phase === "running";
  return (
    <Item
      icon={icon}
      title={name}
      text={
        <>
          {text} <Progress state={state} />
        </>
      }
      action={
        <Button aria-label={isRunning ? undefined : privacy.downloadOf(name)} onClick={isRunning ? stop : start}>
          {isRunning ? privacy.stop : privacy.download}
        </Button>
      }
    />
  );
}

function Progress({ state }: { readonly state: DownloadState }) {
  if (state.phase === "failed") return <Banner tone="danger">{sentenceFor(state.error)}</Banner>;
  return (
    <output>
      {state.phase === "running" && privacy.downloading(formatSize(state.bytes))}
      {state.phase === "done" && privacy.downloaded(formatSize(state.bytes))}
    </output>
  );
}
