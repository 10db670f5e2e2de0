/** Whose address a request counts for: what a client can write itself is never believed. */
import { describe, expect, it } from "vitest";
import { createAddressResolver } from "../src/client-address.ts";

const TRUSTED = ["10.0.0.0/8", "192.168.1.7/32", "fd00::/8"];
const resolve = createAddressResolver(TRUSTED);
const addressOf = (peer: string | undefined, forwardedFor?: string) => resolve(peer, forwardedFor).address;

describe("without a trusted proxy", () => {
  it.each(["1.2.3.4", "1.2.3.4, 5.6.7.8", "::1", "garbage", ""])("X-Forwarded-For %j is ignored", (header) => {
    expect(addressOf("203.0.113.9", header)).toBe("203.0.113.9");
    expect(createAddressResolver([])("10.1.1.1", header).address).toBe("10.1.1.1");
  });
});

describe("behind trusted proxies", () => {
  it.each([
    ["the only entry", "198.51.100.1", "198.51.100.1"],
    ["the right-most untrusted one", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
    ["past other trusted proxies", "1.1.1.1, 198.51.100.1, 10.9.9.9,10.8.8.8", "198.51.100.1"],
    ["the left-most when all are trusted", "10.1.1.1, 10.2.2.2", "10.1.1.1"],
    ["whatever the client wrote in front of it", "x, unknown,, 198.51.100.1", "198.51.100.1"],
    ["without its port", "198.51.100.1:4711", "198.51.100.1"],
    ["without brackets and port", "[2001:db8::1]:4711", "2001:db8::1"],
    ["an IPv4-mapped one", "::ffff:198.51.100.1", "198.51.100.1"],
  ])("%s", (_name, header, expected) => {
    expect(addressOf("10.0.0.1", header)).toBe(expected);
    expect(addressOf("::ffff:10.0.0.1", header)).toBe(expected);
    expect(addressOf("fd00::1", header)).toBe(expected);
  });

  it.each([
    "unknown",
    "_hidden",
    "198.51.100.1, x",
    "198.51.100.1, x, 10.2.2.2",
    "198.51.100.1,,",
    "127.1",
    "0x7f.0.0.1",
    "010.0.0.1",
    "256.1.1.1",
    "1.2.3.4/8",
    "'",
  ])("a malformed list (%s) counts for nothing", (header) => {
    expect(addressOf("10.0.0.1", header)).toBe("10.0.0.1");
  });

  it("a proxy is one by its exact network", () => {
    expect(addressOf("192.168.1.7", "198.51.100.1")).toBe("198.51.100.1");
    expect(addressOf("192.168.1.8", "198.51.100.1")).toBe("192.168.1.8");
    expect(addressOf("11.0.0.1", "198.51.100.1")).toBe("11.0.0.1");
  });
});

describe("what counts as one", () => {
  it.each([
    ["198.51.100.1", "198.51.100.1"],
    ["::ffff:198.51.100.1", "198.51.100.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80::/64"],
    ["::1", "::/64"],
  ])("%s is of %s", (peer, prefix) => {
    expect(resolve(peer, undefined).prefix).toBe(prefix);
  });

  it("a socket that is gone has an address all the same", () => {
    expect(resolve(undefined, undefined)).toEqual({ address: "0.0.0.0", prefix: "0.0.0.0" });
  });
});
