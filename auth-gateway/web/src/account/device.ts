/** A user agent and an address in words that tell a person enough, and a bystander little. */
import { account } from "../strings/account.ts";

/** First match wins: Edge and Opera call themselves Chrome, Chrome calls itself Safari. */
const BROWSERS = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\b(OPR|Opera)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(HeadlessChrome|Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
  [/\bcurl\//, "curl"],
  [/\bnode\b/i, "Node.js"],
] as const;

const SYSTEMS = [
  [/\b(iPhone|iPod)\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
] as const;

export interface Device {
  readonly name: string;
  readonly isHandheld: boolean;
}

export function describeDevice(userAgent: string): Device {
  const find = (list: typeof BROWSERS | typeof SYSTEMS) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  const name =
    browser !== undefined && system !== undefined
      ? account.device(browser, system)
      : (browser ?? system ?? account.unknownDevice);
  return { name, isHandheld: /iPhone|iPod|iPad|Android/.test(userAgent) };
}

/** The /24 of an IPv4 address, the /64 of an IPv6 one: enough to know one's own network again. */
export function networkOf(address: string): string | undefined {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/.exec(address);
  if (v4 !== null) return `${v4[1]}.0/24`;
  if (!/^[\da-f:]+$/i.test(address) || !address.includes(":")) return undefined;
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: zeros }, () => "0"), ...back].slice(0, 4);
  return `${groups.join(":")}::/64`;
}
