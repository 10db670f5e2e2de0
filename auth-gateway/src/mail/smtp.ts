/** One mail, given to an SMTP server. */
import { createTransport } from "nodemailer";
import { isLoopback } from "../loopback.ts";
import type { RenderedMail } from "./rendering.ts";

export interface Letter extends RenderedMail {
  readonly to: string;
}

export interface MailTransport {
  /** @throws when the server did not take the mail. */
  send(letter: Letter, id: string): Promise<void>;
}

export interface SmtpSettings {
  /** smtp://user:password@host:port, or smtps:// for TLS from the first byte. */
  readonly url: string;
  readonly from: string;
}

/** Together well below the time after which another replica would try the mail again. */
const TIMEOUTS = { dnsTimeout: 5_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 15_000 };

export function createSmtpTransport({ url, from }: SmtpSettings): MailTransport {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const transport = createTransport({
    host,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    // A password never travels in clear; without one the server's own offer of STARTTLS decides.
    requireTLS: !secure && username !== "" && !isLoopback(hostname),
    ...(username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...TIMEOUTS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.lastIndexOf("@") + 1).replace(/>$/, "");
  return {
    async send({ to, subject, text, html }, id) {
      await transport.sendMail({
        from,
        // As an object, or commas in an address would make it a list.
        to: { name: "", address: to },
        subject,
        text,
        html,
        // The same at every try, so that a mailbox can tell a repetition.
        messageId: `<${id}@${domain}>`,
        headers: { "Auto-Submitted": "auto-generated" },
      });
    },
  };
}

/** The server has refused this very mail for good; it will not take it later either. */
export function isPermanentRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || !("responseCode" in error)) return false;
  return (error.code === "EENVELOPE" || error.code === "EMESSAGE") && Number(error.responseCode) >= 500;
}
