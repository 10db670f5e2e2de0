/** A local WebSocket-to-TCP relay, as Neon runs one: `ws://host:port?address=<host>:<port>`. */
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { WebSocketServer } from "ws";

export interface Relay {
  /** host:port */
  readonly address: string;
  close(): Promise<void>;
}

export async function startRelay(): Promise<Relay> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  server.on("connection", (socket, request) => {
    const target = new URL(request.url ?? "/", "ws://relay").searchParams.get("address") ?? "";
    const [host = "", port = ""] = target.split(":");
    const tcp = connect({ port: Number(port), host, noDelay: true });
    tcp.on("data", (data) => socket.send(data));
    tcp.on("close", () => socket.terminate());
    tcp.on("error", () => socket.terminate());
    socket.on("message", (data) => tcp.write(data as Buffer));
    socket.on("close", () => tcp.destroy());
    socket.on("error", () => tcp.destroy());
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}
