/** What the doctor says: that something is right, or what is wrong and what to do. */
export interface Finding {
  readonly ok: boolean;
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export const good = (text: string): Finding => ({ ok: true, text });
export const bad = (text: string, remedy: string): Finding => ({ ok: false, text, remedy });

export function render({ ok, text, remedy }: Finding): string {
  return `${ok ? "✓" : "✗"} ${text}${remedy === undefined ? "" : `\n    ${remedy}`}`;
}
