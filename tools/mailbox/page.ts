/** The mailbox as one page: no script, every text escaped, links clickable. */
import { escapeHtml } from "../../auth-gateway/src/mail/rendering.ts";
import type { ReceivedMail } from "./store.ts";

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
article{border-top:1px solid #999;padding:.5rem 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}`;

function linked(text: string): string {
  return escapeHtml(text).replace(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`);
}

function article({ to, subject, text, receivedAt }: ReceivedMail): string {
  return `<article><h2>${escapeHtml(subject)}</h2><p>to ${escapeHtml(to)}, ${receivedAt}</p><pre>${linked(text)}</pre></article>`;
}

export function mailboxPage(mails: readonly ReceivedMail[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mailbox</title><style>${STYLE}</style></head><body>
<h1>Mailbox</h1>
<p>What the gateway has mailed since <code>make dev</code> started; nothing left this machine. Reload for new mails.</p>
${mails.map(article).join("\n") || "<p>No mails yet.</p>"}
</body></html>
`;
}
