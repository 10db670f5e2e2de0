/** What was typed and is not yet with the service, kept for this window: a reload or a sign-in must not lose it. */

/** A question that was sent, and that nobody has confirmed. Sent again under its id it can't be asked twice. */
export interface Unsent {
  readonly id: string;
  readonly text: string;
}

function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | undefined): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // Storage is blocked or full: what is typed lives as long as the page.
  }
}

export const drafts = {
  read: (conversationId: string): string => read(`draft:${conversationId}`) ?? "",
  write: (conversationId: string, text: string): void =>
    write(`draft:${conversationId}`, text === "" ? undefined : text),
};

export const unsent = {
  read(conversationId: string): Unsent | undefined {
    const value = read(`unsent:${conversationId}`);
    return value === null ? undefined : (JSON.parse(value) as Unsent);
  },
  write: (conversationId: string, question: Unsent | undefined): void =>
    write(`unsent:${conversationId}`, question && JSON.stringify(question)),
};
