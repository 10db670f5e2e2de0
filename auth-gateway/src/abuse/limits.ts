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
  /** Sign-ups from one address prefix. */
  readonly signUp: Limit;
  /** Requests that mail to one account, whether or not it exists. */
  readonly mailAccount: Limit;
  /** Requests that mail, from one address prefix. */
  readonly mailAddress: Limit;
  /** Reads from one address prefix, counted by each process for itself. */
  readonly reads: Limit;
}

export type LimitName = keyof Limits;

/** As errors, counters and documentation name them. */
export const LIMIT_NAMES: Readonly<Record<LimitName, string>> = {
  account: "account",
  address: "address",
  signUp: "sign_up",
  mailAccount: "mail_account",
  mailAddress: "mail_address",
  reads: "reads",
};
