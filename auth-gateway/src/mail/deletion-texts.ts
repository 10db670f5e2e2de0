/** What is mailed about the end of an account. */
import type { MailText } from "./models.ts";

export interface DeletionMailData {
  readonly "confirm-deletion": { readonly url: string };
  /** Without a link it can't be undone. */
  readonly "deletion-scheduled": { readonly url: string | undefined; readonly erasesAt: Date };
  readonly "deletion-undone": { readonly url: string };
  readonly "account-erased": { readonly receipt: ReceiptData };
}

export interface ReceiptData {
  readonly id: string;
  readonly requestedAt: Date;
  readonly erasedAt: Date;
  readonly found: Readonly<Record<string, number>>;
  readonly restorableUntil: string;
}

type Texts = { readonly [Name in keyof DeletionMailData]: (data: DeletionMailData[Name]) => MailText };

export const DELETION_TEXTS: Texts = {
  "confirm-deletion": ({ url }) => ({
    subject: "Confirm the deletion of your account",
    paragraphs: [
      "Somebody who is signed in to your account wants to delete it, with everything in it. Confirm that it is you:",
      "The link works once, for one hour.",
      "If this was not you, change your password now, and do not open the link: nothing happens without it.",
    ],
    link: { label: "Delete my account", url },
  }),
  "deletion-scheduled": ({ url, erasesAt }) => ({
    subject: "Your account is about to be deleted",
    paragraphs: [
      `All sessions of your account have ended, and it is erased at ${timeOf(erasesAt)}.${
        url === undefined ? " This can't be undone." : " Until then this link keeps it:"
      }`,
      "When it is done, a receipt follows.",
    ],
    ...(url === undefined ? {} : { link: { label: "Keep my account", url } }),
  }),
  "deletion-undone": ({ url }) => ({
    subject: "Your account stays",
    paragraphs: [
      "The deletion of your account was undone. Everything is still there; sign in again.",
      `If this was not you, ask for a new password at once at ${url}.`,
    ],
  }),
  "account-erased": ({ receipt }) => ({
    subject: "Your account is erased",
    paragraphs: [
      `This is the receipt ${receipt.id}. You asked for it at ${timeOf(receipt.requestedAt)}; it was done at ${timeOf(receipt.erasedAt)}.`,
      `Erased: ${describeRows(receipt.found)}. Asked again afterwards, the database held nothing of yours any more.`,
      `Backups may hold it until ${receipt.restorableUntil}; should one be restored, your account is erased from it again.`,
      "This mail is the last one, and the address that it went to is not kept. You can sign up with it again.",
    ],
  }),
};

function timeOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function describeRows(found: Readonly<Record<string, number>>): string {
  const tables = Object.entries(found).filter(([, count]) => count > 0);
  return tables.map(([table, count]) => `${count} in ${table}`).join(", ");
}
