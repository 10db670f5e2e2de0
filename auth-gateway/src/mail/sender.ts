/** Empties the outbox: every replica sends, each mail is sent by one of them. */
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import { type ClaimedMail, claimDueMail, deleteMail } from "./queries.ts";
import type { Sealer } from "./sealing.ts";
import { isPermanentRefusal, type MailTransport } from "./smtp.ts";

const LOOK_EVERY_MS = 1_000;
/** A server that hangs holds up one of them only. */
const SENDERS = 4;
/** The last try comes about an hour after the first, when the links have expired. */
const MAX_ATTEMPTS = 7;

export interface MailSenderParts {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly transport: MailTransport;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface MailSender {
  /** Takes no more mails, and waits for those that are being sent. */
  stop(): Promise<void>;
}

export function startMailSender(parts: MailSenderParts): MailSender {
  const working = new Set<Promise<void>>();
  let stopping = false;
  let reading = true;
  const look = (): void => {
    if (working.size >= SENDERS) return;
    const work = sendUntilEmpty(parts, () => stopping)
      .then(() => {
        reading = true;
      })
      .catch((err: unknown) => {
        // Once for each outage, not every second.
        if (reading) parts.logger.warn({ err }, "the outbox can't be worked on");
        reading = false;
      })
      .finally(() => working.delete(work));
    working.add(work);
  };
  const stopLooking = parts.clock.every(LOOK_EVERY_MS, look);
  return {
    async stop() {
      stopping = true;
      stopLooking();
      await Promise.all(working);
    },
  };
}

async function sendUntilEmpty(parts: MailSenderParts, isStopping: () => boolean): Promise<void> {
  while (!isStopping()) {
    const mail = await claimDueMail(parts.db);
    if (mail === undefined) return;
    await deliver(parts, mail);
  }
}

async function deliver({ db, sealer, transport, logger }: MailSenderParts, mail: ClaimedMail): Promise<void> {
  const { id, template, attempts } = mail;
  try {
    await transport.send(JSON.parse(sealer.open(mail.sealed, id)), id);
    logger.info({ mailId: id, template, attempts }, "mail sent");
  } catch (err) {
    const final = attempts >= MAX_ATTEMPTS || isPermanentRefusal(err);
    logger[final ? "error" : "warn"](
      { err, mailId: id, template, attempts },
      final ? "mail given up" : "mail not sent",
    );
    if (!final) return;
  }
  await deleteMail(db, id);
}
