/** Every text that the gateway mails; those of the end of an account stand in a file of their own. */
import { DELETION_TEXTS, type DeletionMailData } from "./deletion-texts.ts";
import type { MailText } from "./models.ts";

export type { MailText };

/** What each template needs to know. */
export interface MailData extends DeletionMailData {
  readonly "verify-email": { readonly url: string };
  readonly "already-verified": Record<string, never>;
  readonly "account-exists": { readonly url: string };
  readonly "no-account": Record<string, never>;
  readonly "reset-password": { readonly url: string };
  readonly "password-changed": { readonly url: string };
  readonly "change-email": { readonly url: string };
  readonly "email-change-requested": { readonly newEmail: string };
  readonly "email-changed": { readonly newEmail: string };
  readonly "email-taken": Record<string, never>;
  readonly "account-locked": { readonly url: string };
}

export type MailTemplate = keyof MailData;

const IGNORE = "If this was not you, you can ignore this mail: nothing happens without the link.";
const NOBODY = "If this was not you, you can ignore this mail: nothing has changed.";
const VALID = "The link works once, for one hour.";

const TEXTS: { readonly [Name in MailTemplate]: (data: MailData[Name]) => MailText } = {
  "verify-email": ({ url }) => ({
    subject: "Confirm your e-mail address",
    paragraphs: ["Somebody signed up with this address. Confirm that it is yours:", VALID, IGNORE],
    link: { label: "Confirm this address", url },
  }),
  "already-verified": () => ({
    subject: "Your e-mail address is confirmed already",
    paragraphs: [
      "Somebody asked to confirm this address once more. There is no need: it is confirmed. Sign in.",
      NOBODY,
    ],
  }),
  "account-exists": ({ url }) => ({
    subject: "You already have an account",
    paragraphs: [
      "Somebody tried to sign up with this address, and you have an account with it already. Sign in, or if you have" +
        " forgotten your password, choose a new one:",
      VALID,
      NOBODY,
    ],
    link: { label: "Choose a new password", url },
  }),
  "no-account": () => ({
    subject: "There is no account with this address",
    paragraphs: [
      "Somebody asked for a mail to this address, but it has no account here. Maybe you signed up with another address.",
      NOBODY,
    ],
  }),
  "reset-password": ({ url }) => ({
    subject: "Choose a new password",
    paragraphs: ["Somebody asked to set a new password for your account:", VALID, IGNORE],
    link: { label: "Choose a new password", url },
  }),
  "password-changed": ({ url }) => ({
    subject: "Your password was changed",
    paragraphs: [
      "The password of your account was changed, and all other sessions were ended.",
      `If this was not you, ask for a new password at once at ${url}.`,
    ],
  }),
  "change-email": ({ url }) => ({
    subject: "Confirm your new e-mail address",
    paragraphs: ["Somebody wants to use this address for an account. Confirm that it is yours:", VALID, IGNORE],
    link: { label: "Use this address", url },
  }),
  "email-change-requested": ({ newEmail }) => ({
    subject: "Your e-mail address is about to change",
    paragraphs: [
      `Somebody who is signed in to your account wants to change its address to ${newEmail}.`,
      "If this was not you, change your password now: that ends all other sessions and makes the request void.",
    ],
  }),
  "email-changed": ({ newEmail }) => ({
    subject: "Your e-mail address was changed",
    paragraphs: [
      `The address of your account is now ${newEmail}. This address gets no more mails.`,
      "If this was not you, write to whoever runs this service.",
    ],
  }),
  "email-taken": () => ({
    subject: "This address has an account already",
    paragraphs: ["Somebody wanted to use this address for another account. It stays with yours.", NOBODY],
  }),
  "account-locked": ({ url }) => ({
    subject: "Too many wrong passwords for your account",
    paragraphs: [
      "Somebody tried too many wrong passwords for your account, so it takes none for a while. Browsers in which you have" +
        " signed in before are not affected. If you want to sign in with another one, open this link with it:",
      VALID,
      "If this was not you, nothing has happened: your password was not found out.",
    ],
    link: { label: "Try my password", url },
  }),
  ...DELETION_TEXTS,
};

export function textOf<Name extends MailTemplate>(template: Name, data: MailData[Name]): MailText {
  return TEXTS[template](data);
}
