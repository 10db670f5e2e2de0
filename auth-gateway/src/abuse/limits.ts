/** How often what may be tried; each limit's name stands in its error, its counter and its variable. */

export interface Limit {
  readonly quota: number;
  /** Milliseconds from the first try; a used-up quota is closed for as long again. */
  readonly window: number;
}

export interface Limits {
  /** Wrong passwords for one account, or from one browser that has signed in to it before. */
  readonly account: Limit;
  /** Wrong passwords and other failed tries from one address prefix. */
  readonly address: Limit;
  /** Wrong secrets of one machine client, from one address prefix. */
  readonly client: Limit;
  /** Sign-ups from one address prefix. */
  readonly signUp: Limit;
  /** Requests that mail to one account, whether or not it exists. */
  readonly mailAccount: Limit;
  /** Requests that mail, from one address prefix. */
  readonly mailAddress: Limit;
  /** Sign-ins at providers and with passkeys that were begun from one address prefix. */
  readonly challenges: Limit;
  /** Reads from one address prefix, counted by each process for itself. */
  readonly reads: Limit;
}

export type LimitName = keyof Limits;

/** The counter of all browsers at one address that an account knows; its limit is the account's. */
export const KNOWN_BROWSERS = "account_browsers";

/** Counters of wrong passwords for one account: used up, they close it. */
export const isOfAccount = (counter: string) => counter === LIMIT_NAMES.account || counter === KNOWN_BROWSERS;

/** As errors, counters and documentation name them. */
export const LIMIT_NAMES: Readonly<Record<LimitName, string>> = {
  account: "account",
  address: "address",
  client: "client",
  signUp: "sign_up",
  mailAccount: "mail_account",
  mailAddress: "mail_address",
  challenges: "challenges",
  reads: "reads",
};
