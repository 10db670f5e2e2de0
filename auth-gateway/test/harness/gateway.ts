/** A whole gateway on an ephemeral port, with its log and the number of its queries in reach. */
import { Writable } from "node:stream";
import { createApp } from "../../src/app.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { parseConfig } from "../../src/config.ts";
import { type Dependencies, openDependencies } from "../../src/dependencies.ts";
import { createLogger } from "../../src/logger.ts";
import { startServer } from "../../src/server.ts";
import { type TestEnvironment, testEnvironment } from "./environment.ts";

export type LogLine = Record<string, unknown>;

export interface TestGateway {
  readonly url: string;
  readonly dependencies: Dependencies;
  /** Everything logged so far, as text and as lines. */
  logText(): string;
  logLines(): LogLine[];
  /** The SQL sent while the work ran. */
  queriesDuring(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly env?: TestEnvironment;
  readonly clock?: Clock;
}

export async function startGateway(databaseUrl: string, options: GatewayOptions = {}): Promise<TestGateway> {
  const config = parseConfig(testEnvironment(databaseUrl, options.env));
  const chunks: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const dependencies = await openDependencies(config, createLogger("debug", sink), options.clock ?? systemClock);
  const server = await startServer(createApp(dependencies), config);
  const queries = recordQueries(dependencies);
  return {
    url: `http://127.0.0.1:${server.port}`,
    dependencies,
    logText: () => chunks.join(""),
    logLines: () => chunks.flatMap((chunk) => chunk.trim().split("\n")).map((line) => JSON.parse(line)),
    async queriesDuring(work) {
      // Audit events are written in the background: what came before must not be counted, what the work causes must.
      await dependencies.audit.flush();
      const before = queries.length;
      await work();
      await dependencies.audit.flush();
      return queries.slice(before);
    },
    async close() {
      await server.close(1_000);
      await dependencies.close();
    },
  };
}

interface QueryableClient {
  query(...args: unknown[]): unknown;
}

/** Counts on the wire side of the pool: every connection that it opens from now on reports its queries. */
function recordQueries({ database }: Dependencies): string[] {
  const recorded: string[] = [];
  const observe = (client: QueryableClient) => {
    const query = client.query.bind(client);
    client.query = (...args) => {
      const [first] = args;
      recorded.push(typeof first === "string" ? first : String(Reflect.get(Object(first), "text")));
      return query(...args);
    };
  };
  const pool = database.pool as unknown as { _clients: QueryableClient[] };
  for (const client of pool._clients) observe(client);
  database.pool.on("connect", (client) => observe(client as unknown as QueryableClient));
  return recorded;
}
