/** The gateway's environment in tests; TEST_DATABASE_DRIVER=neon runs them on Neon's driver through a local relay. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { startRelay } from "./ws-relay.ts";

export const FRONTEND = "http://localhost:5173";
export const GATEWAY = "http://localhost:3000";
export const SECRETS = "1:f3Jk9qX0aZ7LwYvT2uNcRb8sGdHmPe5oVxKiQ1yWtEg";

const usesNeonDriver = process.env["TEST_DATABASE_DRIVER"] === "neon";

const relay = usesNeonDriver ? await startRelay() : undefined;
afterAll(() => relay?.close());

export type TestEnvironment = Record<string, string>;

export function testEnvironment(databaseUrl: string, overrides: TestEnvironment = {}): TestEnvironment {
  return {
    AUTH_GATEWAY_DATABASE_URL: databaseUrl,
    DATABASE_DRIVER: usesNeonDriver ? "neon" : "pg",
    ...(relay === undefined ? {} : { NEON_WS_PROXY: relay.address }),
    GATEWAY_URL: GATEWAY,
    GATEWAY_PORT: "0",
    FRONTEND_ORIGINS: FRONTEND,
    AUTH_SECRETS: SECRETS,
    ERASURE_JOURNAL: join(tmpdir(), `erasure-journal-${process.pid}.jsonl`),
    ...overrides,
  };
}
