/** Puts mails into the outbox, in the transaction that the caller runs in: what is rolled back mails nothing. */
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../db/database.ts";
import { joinTransaction } from "../db/transactions.ts";
import { insertMail } from "./queries.ts";
import { renderMail } from "./rendering.ts";
import type { Sealer } from "./sealing.ts";
import { type MailData, type MailTemplate, textOf } from "./templates.ts";

export interface Mail<Name extends MailTemplate> {
  readonly to: string;
  readonly template: Name;
  readonly data: MailData[Name];
  /** The account that the mail is about; its deletion takes the waiting mail along. */
  readonly userId?: string | undefined;
}

export interface Mailer {
  /** False without SMTP_URL: then nothing may depend on a mail, and `enqueue` does nothing. */
  readonly enabled: boolean;
  enqueue<Name extends MailTemplate>(mail: Mail<Name>): Promise<void>;
}

export function createMailer(db: Database, sealer: Sealer): Mailer {
  return {
    enabled: true,
    async enqueue({ to, template, data, userId }) {
      const id = uuidv7();
      const sealed = sealer.seal(JSON.stringify({ to, ...renderMail(textOf(template, data)) }), id);
      await insertMail(joinTransaction(db), { id, template, sealed, userId: userId ?? null });
    },
  };
}

export const noMailer: Mailer = { enabled: false, enqueue: () => Promise.resolve() };
