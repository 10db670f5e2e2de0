/** A mail before it is rendered. */

export interface Link {
  readonly label: string;
  readonly url: string;
}

export interface MailText {
  readonly subject: string;
  /** Paragraphs; the link stands after the first one. */
  readonly paragraphs: readonly [string, ...string[]];
  readonly link?: Link;
}
