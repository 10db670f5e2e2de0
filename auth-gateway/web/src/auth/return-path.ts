/** Back to where somebody wanted to be. */
import { paths } from "../paths.ts";

/** Where to go after signing in: a page of this origin, whatever the address asks for. */
export function returnPath(search: string): string {
  const wanted = new URLSearchParams(search).get("return") ?? paths.home;
  // A browser reads a backslash as a slash, and // as another host.
  if (!/^\/(?![/\\])/.test(wanted) || !URL.canParse(wanted, location.origin)) return paths.home;
  const { origin, pathname, search: query, hash } = new URL(wanted, location.origin);
  const again: readonly string[] = [paths.signIn, paths.signUp, paths.forgotPassword];
  return origin === location.origin && !again.includes(pathname) ? pathname + query + hash : paths.home;
}
