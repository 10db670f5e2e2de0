/** The paths of the web client's pages, which all are the same file. A test holds the client's own list to this one. */
export const CLIENT_PATHS = [
  "/",
  "/c/:id",
  "/history",
  "/sign-in",
  "/sign-up",
  "/forgot-password",
  "/account",
  "/privacy",
  "/goodbye",
] as const;
