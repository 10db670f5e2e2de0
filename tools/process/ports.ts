/** Ports: is one free, and what to say when it is not. */
import { createServer } from "node:net";
import { errorCode, ToolFailure } from "../failure.ts";

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}

async function isTaken(port: number, host: string): Promise<boolean> {
  try {
    await listenOnce(port, host);
    return false;
  } catch (error) {
    return errorCode(error) === "EADDRINUSE";
  }
}

/**
 * Throws when the port is taken, naming it and the variable that chooses another. A loopback port is tried on ::1
 * too: `localhost` may mean either, and a stranger's answer there would be taken for ours.
 */
export async function requireFreePort(port: number, host: string, variable: string, purpose: string): Promise<void> {
  const hosts = host === "127.0.0.1" ? [host, "::1"] : [host];
  for (const each of hosts) {
    if (await isTaken(port, each)) {
      throw new ToolFailure(
        `Port ${port} on ${each}, meant for ${purpose}, is taken. Stop what listens there, ` +
          `or choose another port with ${variable}, in .env or as \`${variable}=${port + 1} make …\`.`,
      );
    }
  }
}

/** A port on 127.0.0.1 that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return listenOnce(0, "127.0.0.1");
}
