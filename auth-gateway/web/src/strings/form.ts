/** What is wrong with a field, by what the browser finds. */
export const form = {
  valueMissing: "This is needed.",
  typeMismatch: "This does not look like an e-mail address.",
  tooShort: (length: number) => `At least ${length} characters, please.`,
  tooLong: (length: number) => `At most ${length} characters, please.`,
} as const;
