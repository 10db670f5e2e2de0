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

/** What a passkey may be bound to, so that every one of the origins can use it; undefined when nothing fits them all. */
export function commonDomain(origins: readonly string[]): string | undefined {
  const domains = origins.map((origin) => {
    const { hostname } = new URL(origin);
    return parse(hostname, { allowPrivateDomains: true }).domain ?? hostname;
  });
  return new Set(domains).size === 1 ? domains[0] : undefined;
}

/** Browsers send a Lax cookie on requests from the same site only; `none` is for everything else. */
export function sameSiteFor(gatewayUrl: string, frontendOrigins: readonly string[]): SameSite {
  return frontendOrigins.every((origin) => isSameSite(origin, gatewayUrl)) ? "lax" : "none";
}
