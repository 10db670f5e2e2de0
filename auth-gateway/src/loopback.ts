/** Which host names are this machine. */

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** For a URL's `hostname`. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
