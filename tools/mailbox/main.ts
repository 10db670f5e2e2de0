/** The mailbox of `make dev`: an SMTP server that keeps what it gets, and a page and a JSON list to read it. Loopback only. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { runMain } from "../failure.ts";
import { signalOnce } from "../process/signals.ts";
import { mailboxPage } from "./page.ts";
import { startSmtpServer } from "./smtp.ts";
import { MailStore } from "./store.ts";

const store = new MailStore();

/** A page of another site can't read the mails under a name of its own that leads here (DNS rebinding). */
function isForeign(request: IncomingMessage): boolean {
  return !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? "");
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function answerTo(request: IncomingMessage): Answer {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://mailbox");
  const plain = (status: number, body: string): Answer => ({ status, type: "text/plain", body });
  if (isForeign(request)) return plain(403, "Open this page as localhost.\n");
  if (request.method !== "GET") return plain(405, "Only GET.\n");
  if (pathname === "/readyz") return plain(200, "ok\n");
  const mails = store.list(searchParams.get("to") ?? undefined);
  if (pathname === "/") return { status: 200, type: "text/html", body: mailboxPage(mails) };
  if (pathname === "/mails") return { status: 200, type: "application/json", body: JSON.stringify({ items: mails }) };
  return plain(404, "Nothing is here.\n");
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const { status, type, body } = answerTo(request);
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  response.end(body);
}

async function main(): Promise<number> {
  const [port = "8025", smtpPort = "1025"] = process.argv.slice(2);
  const signalled = signalOnce();
  await startSmtpServer(Number(smtpPort), store);
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(port), "127.0.0.1", resolve);
  });
  await signalled.first;
  // Nothing here is worth an orderly end.
  process.exit(0);
}

await runMain(main);
