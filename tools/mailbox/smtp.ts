/** The mailbox's SMTP side: takes every mail for every address. */
import { buffer } from "node:stream/consumers";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { MailStore } from "./store.ts";

const MAX_BYTES = 1024 * 1024;

/** @throws when the port is taken. */
export async function startSmtpServer(port: number, store: MailStore): Promise<void> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    size: MAX_BYTES,
    logger: false,
    onData(stream, session, done) {
      buffer(stream)
        .then(async (raw) => {
          const { from, subject = "", text = "" } = await PostalMime.parse(raw);
          for (const { address } of session.envelope.rcptTo) {
            store.add({ from: from?.address ?? "", to: address, subject, text });
          }
          done();
        })
        .catch((error: unknown) => done(error instanceof Error ? error : new Error(String(error))));
    },
  });
  await new Promise<void>((resolve, reject) => {
    // Later errors are those of clients that hang up in the middle of a mail; a settled promise ignores them.
    server.on("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}
