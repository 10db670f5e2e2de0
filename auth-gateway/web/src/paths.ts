/** Where the client's pages are; the gateway serves the same list. */
export const paths = {
  home: "/",
  conversation: "/c/:id",
  history: "/history",
  signIn: "/sign-in",
  signUp: "/sign-up",
  forgotPassword: "/forgot-password",
  account: "/account",
  privacy: "/privacy",
  goodbye: "/goodbye",
} as const;

export const conversationPath = (id: string): string => `/c/${encodeURIComponent(id)}`;

/** To sign in, and back to where somebody wanted to be. */
export function signInPath(wanted: string): string {
  return wanted === paths.home ? paths.signIn : `${paths.signIn}?return=${encodeURIComponent(wanted)}`;
}
