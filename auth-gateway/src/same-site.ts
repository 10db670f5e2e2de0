/** Which origins a browser counts as one site (HTML standard, "schemelessly same site", plus the scheme). */
import { parse } from "tldts";

export type SameSite = "lax" | "none";

/** The scheme and registrable domain of an origin; an address or a bare host stands for itself. */
function siteOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  // Browsers use the whole public suffix list, so a.github.io and b.github.io are two sites.
  return `${protocol}//${parse(hostname, { allowPrivateDomains: true }).domain ?? hostname}`;
}

export function isSameSite(one: string, other: string): boolean {
  return siteOf(one) === siteOf(other);
}

/** Browsers send a Lax cookie on requests from the same site only; `none` is for everything else. */
export function sameSiteFor(gatewayUrl: string, frontendOrigins: readonly string[]): SameSite {
  return frontendOrigins.every((origin) => isSameSite(origin, gatewayUrl)) ? "lax" : "none";
}
