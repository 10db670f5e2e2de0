/** Mailed links, as the database and the pages know them. */

export type LinkPurpose = "verify-email" | "reset-password" | "change-email" | "unlock";

/** Links of a deletion are kept with the deletion. */
export type PagePurpose = LinkPurpose | "confirm-deletion" | "undo-deletion";

/** Seconds for which a link may be used; the mails say so. */
export const LINK_LIFETIME = 3600;
