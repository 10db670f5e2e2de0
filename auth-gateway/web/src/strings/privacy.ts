/** Words of the privacy page, and of the page after an account's deletion. */
const count = (n: number, one: string, many: string): string =>
  `${new Intl.NumberFormat().format(n)} ${n === 1 ? one : many}`;
const days = (n: number): string => count(n, "day", "days");

export const privacy = {
  title: "Privacy",
  lead: "What is kept of you, for how long, and how to take it along or have it go.",
  retention: "How long conversations are kept",
  retentionText: "Counted from the last question or answer in a conversation.",
  byDefault: "As this service sets it",
  byDefaultDays: (n: number | null) => (n === null ? "They stay until you delete them." : `They go after ${days(n)}.`),
  byChoice: "For as long as I say",
  days: "Days",
  bounds: (min: number, max: number | null) =>
    max === null ? `At least ${days(min)}.` : `From ${min} to ${days(max)}.`,
  outOfBounds: (min: number, max: number | null) =>
    max === null ? `It has to be at least ${days(min)}.` : `It has to be between ${min} and ${days(max)}.`,
  previewing: "Looking what that would mean …",
  previewNone: "With this, nothing would be deleted now.",
  previewSome: (conversations: number, messages: number) =>
    `With this, ${count(conversations, "conversation", "conversations")} with ${count(messages, "message", "messages")} would be deleted at the next clean-up.`,
  previewOldest: (time: string) => `The oldest was last used ${time}.`,
  previewAt: (time: string) => `The next clean-up: ${time}.`,
  previewPinned: (n: number) => `${count(n, "pinned conversation stays", "pinned conversations stay")} all the same.`,
  retentionSaved: "From now on it is kept like that.",
  export: "Take your data along",
  exportText: "Files that other programs can read: JSON Lines, and Markdown for people.",
  exportChats: "Conversations",
  exportChatsText: "Every conversation with its messages, branches, sources and feedback.",
  exportAccount: "Account",
  exportAccountText: "Your profile, sessions, sign-in methods and what happened to the account.",
  download: "Download",
  downloadOf: (what: string) => `Download: ${what}`,
  downloading: (size: string) => `${size} so far …`,
  downloaded: (size: string) => `Done, ${size}.`,
  stop: "Stop",
  conversations: "Delete all conversations",
  conversationsText: "All of them at once, pinned ones too.",
  conversationsHard: "They are deleted at once and for good.",
  conversationsTrash: (n: number) => `They lie in the trash for ${days(n)}; until then you can restore them.`,
  deleteConversations: "Delete all conversations",
  deleteConversationsTitle: "Delete all conversations?",
  conversationsDeleted: (conversations: number, messages: number) =>
    `${count(conversations, "conversation", "conversations")} with ${count(messages, "message", "messages")} deleted.`,
  account: "Delete the account",
  accountText: "The account and everything in it: profile, sessions, conversations.",
  deleteAccount: "Delete my account",
  deleteAccountTitle: "Delete your account?",
  deleteAccountText: "All sessions end. Everything of yours is erased, and a receipt tells what that was.",
  when: "When",
  whenGrace: "After a while, in which I can undo it",
  whenNow: "At once, with no way back",
  password: "Your password, to confirm",
  deletionMailed: (email: string) =>
    `We have mailed a link to ${email}. Press its button to confirm; until then nothing happens.`,
  deletionPending: (time: string) =>
    `You asked for the deletion of your account ${time}. Confirm it with the link that we have mailed you.`,
  deletionStuck: "The deletion of your account has stopped. Whoever runs this service can see why.",
  goodbye: "Your account is being deleted",
  goodbyeText: (time: string) => `Everything is erased ${time}. All your sessions have ended.`,
  goodbyePlain: "All your sessions have ended.",
  undo: "Undo it while you can",
  undoText: "This link keeps the account. It is shown only here: keep it, if you may want to think again.",
  receipt: "Receipt",
} as const;
