/** Where a request comes from: the socket's other end, or what a trusted proxy says of its own. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export interface ClientAddress {
  /** Normalised; an IPv4-mapped IPv6 address is its IPv4 one. */
  readonly address: string;
  /** What one subscriber can choose from freely counts as one: an IPv4 address, or an IPv6 /64. */
  readonly prefix: string;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const SUBSCRIBER_BITS = 64;

/** Of a connection that is gone already. */
const UNKNOWN = "0.0.0.0";

/** Some proxies write the port as well. */
const WITH_PORT = /^(?:\[([0-9a-f:.]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/i;

function parseAddress(text: string): Address | undefined {
  // ipaddr.js reads 127.1 and 0x7f.1 as addresses too; Node's reading is strict.
  const bare = text.split("%")[0] ?? "";
  return isIP(bare) === 0 ? undefined : ipaddr.process(bare);
}

function parseForwarded(text: string): Address | undefined {
  const match = WITH_PORT.exec(text);
  return parseAddress(match?.[1] ?? match?.[2] ?? text);
}

function describe(address: Address): ClientAddress {
  if (address.kind() === "ipv4") return { address: address.toString(), prefix: address.toString() };
  const network = address.toByteArray().fill(0, SUBSCRIBER_BITS / 8);
  return { address: address.toString(), prefix: `${ipaddr.fromByteArray(network).toString()}/${SUBSCRIBER_BITS}` };
}

/**
 * Finds the right-most address that no trusted proxy vouches for. What stands left of it the client can have written, so it
 * is not even read: garbage there must not make the proxy's own address count for the client. Garbage among what trusted
 * proxies wrote makes the list worthless.
 */
export function createAddressResolver(
  trustedProxies: readonly string[],
): (peer: string | undefined, forwardedFor: string | undefined) => ClientAddress {
  const networks = trustedProxies.map((network) => ipaddr.parseCIDR(network));
  const isTrusted = (address: Address) =>
    networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  return (peer, forwardedFor) => {
    const socket = parseAddress(peer ?? UNKNOWN) ?? ipaddr.parse(UNKNOWN);
    if (forwardedFor === undefined || !isTrusted(socket)) return describe(socket);
    let nearest = socket;
    for (const text of forwardedFor.split(",").reverse()) {
      const hop = parseForwarded(text.trim());
      if (hop === undefined) return describe(socket);
      nearest = hop;
      if (!isTrusted(hop)) break;
    }
    return describe(nearest);
  };
}
