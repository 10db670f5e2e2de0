/** Mails at sign-up; with SIGN_UP=verify a taken address costs what a new one does and is told to its owner only. */
import { joinTransaction } from "../db/transactions.ts";
import { newLink } from "./links.ts";
import type { AccountParts } from "./parts.ts";
import { imitateNewAccount, insertLinkForAddress, type UserRef } from "./queries.ts";

export interface SignUpMails {
  /** Runs in the transaction that made the account. */
  toNewUser(user: UserRef): Promise<void>;
  toExistingUser(user: UserRef): Promise<void>;
}

export function createSignUpMails({ db, mailer, gatewayUrl }: AccountParts): SignUpMails {
  return {
    async toNewUser({ id, email }) {
      const { url, hash } = newLink(gatewayUrl, "verify-email");
      await insertLinkForAddress(joinTransaction(db), { hash, purpose: "verify-email", email });
      await mailer.enqueue({ to: email, template: "verify-email", data: { url }, userId: id });
    },
    async toExistingUser({ id, email }) {
      const { url, hash } = newLink(gatewayUrl, "reset-password");
      await imitateNewAccount(joinTransaction(db), id);
      await insertLinkForAddress(joinTransaction(db), { hash, purpose: "reset-password", email });
      await mailer.enqueue({ to: email, template: "account-exists", data: { url }, userId: id });
    },
  };
}
