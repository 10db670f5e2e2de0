/** Serves the key set from the replicas in turn, as a load balancer in front of them would. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Replica } from "./replica.ts";

export interface Balancer {
  readonly jwksUrl: string;
  stop(): void;
}

export async function startBalancer(replicas: readonly Replica[]): Promise<Balancer> {
  let turn = 0;
  const server = createServer(async (_request, response) => {
    const ready = replicas.filter((replica) => replica.ready);
    turn += 1;
    const replica = ready[turn % ready.length];
    try {
      const answer = await fetch(`${replica?.url}/.well-known/jwks.json`);
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    } catch {
      response.writeHead(502).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { jwksUrl: `http://127.0.0.1:${port}/.well-known/jwks.json`, stop: () => void server.close() };
}
