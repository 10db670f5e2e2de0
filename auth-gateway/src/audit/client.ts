/** What is kept of a client: the network it comes from, and the family of its software. */
import { isIPv4, isIPv6 } from "node:net";
import type { AUDIT_CLIENTS, AUDIT_SYSTEMS } from "@auth-gateway/shared-schema/audit";

export type ClientFamily = (typeof AUDIT_CLIENTS)[number];
export type ClientSystem = (typeof AUDIT_SYSTEMS)[number];

const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** The /24 or /64 that an address belongs to: what one household or office has, not one device. */
export function addressPrefix(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const plain = MAPPED_IPV4.exec(address)?.[1] ?? address.replace(/%.*$/, "");
  if (isIPv4(plain)) return `${plain.split(".").slice(0, 3).join(".")}.0/24`;
  if (!isIPv6(plain)) return undefined;
  return `${expandIPv6(plain).slice(0, 4).join(":")}::/64`;
}

/** The eight groups of an address (RFC 4291, 2.2). */
function expandIPv6(address: string): string[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const before = head === "" ? [] : head.split(":");
  if (tail === undefined) return before;
  const after = tail === "" ? [] : tail.split(":");
  return [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
}

/** The first match wins: nearly every browser names the ones before it, too. */
const FAMILIES: readonly (readonly [RegExp, ClientFamily])[] = [
  [/bot\b|crawler|spider|headlesschrome/i, "bot"],
  [/\bEdg(e|A|iOS)?\//, "edge"],
  [/\bOPR\/|\bOpera\b/, "opera"],
  [/\bSamsungBrowser\//, "samsung_internet"],
  [/\b(Firefox|FxiOS)\//, "firefox"],
  [/\b(Chrome|CriOS|Chromium)\//, "chrome"],
  [/\bSafari\//, "safari"],
  [/^curl\//i, "curl"],
  [/^okhttp\//i, "okhttp"],
  [/^(node|undici|axios)\b/i, "node"],
  [/^(python|aiohttp)|python-/i, "python"],
  [/^Go-http-client\//i, "go"],
  [/^(Java|Apache-HttpClient)\b/i, "java"],
];

const SYSTEMS: readonly (readonly [RegExp, ClientSystem])[] = [
  [/\bAndroid\b/, "android"],
  [/\b(iPhone|iPad|iPod)\b/, "ios"],
  [/\bCrOS\b/, "chromeos"],
  [/\bWindows\b/, "windows"],
  [/\b(Macintosh|Mac OS X)\b/, "macos"],
  [/\bLinux\b|\bX11\b/, "linux"],
];

/** A user agent is long and of the sender's choosing; patterns see its beginning only. */
const MAX_LENGTH = 512;

export function reduceUserAgent(userAgent: string): { client: ClientFamily; system: ClientSystem } {
  const text = userAgent.slice(0, MAX_LENGTH);
  return { client: firstMatch(FAMILIES, text) ?? "other", system: firstMatch(SYSTEMS, text) ?? "other" };
}

function firstMatch<Name>(patterns: readonly (readonly [RegExp, Name])[], text: string): Name | undefined {
  return patterns.find(([pattern]) => pattern.test(text))?.[1];
}
