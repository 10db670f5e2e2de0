/** A deletion on its way, and what it leaves. */

export type DeletionStatus = "confirm" | "scheduled" | "stuck";

/** As a person sees the own one. */
export interface Deletion {
  readonly status: DeletionStatus;
  readonly requestedAt: string;
  /** Null until it is confirmed. */
  readonly erasesAt: string | null;
}

/** Rows by table; null where nobody could look. */
export type RowCounts = Readonly<Record<string, number | null>>;

export interface Receipt {
  readonly id: string;
  readonly cause: "request" | "restore";
  readonly requestedAt: Date;
  readonly erasedAt: Date;
  readonly found: Readonly<Record<string, number>>;
  /** The last day on which a backup may still hold the account: 2026-01-31. */
  readonly restorableUntil: string;
}

/** What the operator watches. */
export interface ErasureBacklog {
  /** Deletions that wait for their time, or to be tried again. */
  readonly scheduled: number;
  readonly stuck: number;
  /** Age of the oldest of them, from the request on, in seconds; 0 when there is none. */
  readonly oldestSeconds: number;
}
