/** The session in the eyes of the pages: who is signed in, and what happens when that changes. */
import { forgetAccessToken } from "../api/token.ts";
import { paths } from "../paths.ts";
import { authClient, authData, type Session } from "./client.ts";

export type { Session };

export const useSession = authClient.useSession;

/** After a sign-in: nobody goes on to a page that would still take the person for a stranger. */
export async function renewSession(): Promise<void> {
  forgetAccessToken();
  await authClient.$store.atoms["session"]?.get().refetch();
}

/** Ends the session here, and starts the program anew: nothing of the person stays in memory. */
export async function signOut(): Promise<void> {
  await authData(authClient.signOut());
  leave();
}

/** After the session's end, however it came. */
export function leave(): void {
  sessionStorage.clear();
  location.assign(paths.signIn);
}
