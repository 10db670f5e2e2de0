/**
 * A signed cookie for a browser in which somebody signed in to an account: its tries are counted apart, so that strangers
 * who guess at the account don't lock its owner out (OWASP's "device cookies"). It opens nothing by itself.
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { parse, serialize } from "hono/utils/cookie";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";

const PURPOSE = "auth-gateway known browser";
const ID_BYTES = 16;
const MAC_BYTES = 16;
/** An id, the expiry in seconds since the epoch, a signature. */
const ENTRY = /^([A-Za-z0-9_-]{22})\.(\d{10})\.([A-Za-z0-9_-]{22})$/;
const SEPARATOR = "~";
/** Accounts that one browser can be known to. */
const MAX_ENTRIES = 5;
const LIFETIME_S = 180 * 86_400;
/** After a mailed link was used: enough to sign in, which then lasts. */
const UNLOCK_LIFETIME_S = 3_600;

export interface KnownBrowsers {
  /** The browser's id, if somebody signed in to this account with it. */
  find(cookieHeader: string | undefined, account: string): string | undefined;
  /** A `Set-Cookie` that makes the browser known to this account, beside those that it is known to already. */
  remember(cookieHeader: string | undefined, account: string, reason: "signed-in" | "unlocked"): string;
}

export function createKnownBrowsers({ authSecrets, cookies }: Config, clock: Clock): KnownBrowsers {
  const name = `${cookies.prefix}.known_browser`;
  const keys = authSecrets.map(({ value }) =>
    Buffer.from(hkdfSync("sha256", Buffer.from(value, "base64url"), "", PURPOSE, 32)),
  );
  const seconds = () => Math.floor(clock.now() / 1000);
  const sign = (key: Buffer | undefined, id: string, expiry: string, account: string) =>
    createHmac("sha256", key ?? "")
      .update(`${id}.${expiry}.${account}`)
      .digest()
      .subarray(0, MAC_BYTES);
  const live = (header: string | undefined) =>
    entriesOf(header, name).filter(({ expiry }) => Number(expiry) > seconds());
  const belongs = ({ id, expiry, mac }: Entry, account: string) =>
    keys.some((key) => timingSafeEqual(sign(key, id, expiry, account), mac));
  return {
    find: (header, account) => live(header).find((entry) => belongs(entry, account))?.id,
    remember(header, account, reason) {
      const others = live(header).filter((entry) => !belongs(entry, account));
      const id = randomBytes(ID_BYTES).toString("base64url");
      const lifetime = reason === "unlocked" ? UNLOCK_LIFETIME_S : LIFETIME_S;
      const expiry = String(seconds() + lifetime);
      const own = `${id}.${expiry}.${sign(keys[0], id, expiry, account).toString("base64url")}`;
      const value = [own, ...others.map(({ text }) => text)].slice(0, MAX_ENTRIES).join(SEPARATOR);
      const sameSite = cookies.sameSite === "none" ? "None" : "Lax";
      const attributes = { httpOnly: true, secure: cookies.secure, sameSite, path: "/", maxAge: LIFETIME_S } as const;
      return serialize(name, value, attributes);
    },
  };
}

interface Entry {
  readonly text: string;
  readonly id: string;
  readonly expiry: string;
  readonly mac: Buffer;
}

function entriesOf(header: string | undefined, name: string): Entry[] {
  const value = header === undefined ? undefined : parse(header, name)[name];
  return (value ?? "").split(SEPARATOR, MAX_ENTRIES).flatMap((text) => {
    const [, id, expiry, mac] = ENTRY.exec(text) ?? [];
    if (id === undefined || expiry === undefined || mac === undefined) return [];
    return [{ text, id, expiry, mac: Buffer.from(mac, "base64url") }];
  });
}
