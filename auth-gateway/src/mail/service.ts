/** Mail as the rest of the gateway sees it: something to enqueue to, and a sender that runs until it is stopped. */
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { Logger } from "../logger.ts";
import { createMailer, type Mailer, noMailer } from "./mailer.ts";
import { createSealer } from "./sealing.ts";
import { startMailSender } from "./sender.ts";
import { createSmtpTransport } from "./smtp.ts";

export interface MailService {
  readonly mailer: Mailer;
  stop(): Promise<void>;
}

export function startMail(config: Config, db: Database, clock: Clock, logger: Logger): MailService {
  if (config.mail === undefined) return { mailer: noMailer, stop: () => Promise.resolve() };
  const sealer = createSealer(config.authSecrets);
  const sender = startMailSender({ db, sealer, transport: createSmtpTransport(config.mail), clock, logger });
  return { mailer: createMailer(db, sealer), stop: () => sender.stop() };
}
