/** What the mailbox has received: in memory, the newest first, the oldest forgotten. */
import { randomUUID } from "node:crypto";

export interface ReceivedMail {
  readonly id: string;
  readonly receivedAt: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const KEPT = 200;

export class MailStore {
  readonly #mails: ReceivedMail[] = [];

  add(mail: Omit<ReceivedMail, "id" | "receivedAt">): void {
    this.#mails.unshift({ id: randomUUID(), receivedAt: new Date().toISOString(), ...mail });
    this.#mails.length = Math.min(this.#mails.length, KEPT);
  }

  /** All of them, or those to one address. */
  list(to?: string): readonly ReceivedMail[] {
    return to === undefined ? this.#mails : this.#mails.filter((mail) => mail.to === to);
  }
}
