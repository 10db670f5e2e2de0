/** The listening socket and its orderly end. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";

export interface RunningServer {
  readonly port: number;
  /** Stops accepting, lets requests in flight finish for the given time, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };
const IDLE_CHECK_MS = 50;

/** @throws when the address is taken or not ours. */
export async function startServer(app: Hono<AppEnv>, listen: { host: string; port: number }): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: TIMEOUTS }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return { port: (server.address() as AddressInfo).port, close: (graceMs) => closeServer(server, graceMs) };
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  // Kept-alive connections would go on bringing requests, or idle until their timeout.
  server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
  const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  return new Promise((resolve) => {
    server.close(() => {
      clearInterval(idleCheck);
      clearTimeout(cut);
      resolve();
    });
  });
}
