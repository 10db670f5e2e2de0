/** Both services as real processes on a private database, for tests that drive them as their users do. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout } from "../checkout.ts";
import { ToolFailure } from "../failure.ts";
import { hasExited, spawnGuarded } from "../process/guarded.ts";
import { findFreePort } from "../process/ports.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

type Environment = Record<string, string>;

export interface Service {
  readonly url: string;
  /** Everything it has printed so far. */
  output(): string;
  /** Sends a signal and waits for the end. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

export interface Services {
  readonly database: TestDatabase;
  readonly gateway: Service;
  readonly ragApi: Service;
  /** Starts a rag-api again on the same address, after its end. */
  restartRagApi(): Promise<Service>;
  stop(): Promise<void>;
}

const readyDeadline = 60_000;

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

async function startService(command: string[], url: string, env: Environment): Promise<Service> {
  const [program = "", ...args] = command;
  const child = spawnGuarded(program, args, {
    deathSignal: "KILL",
    cwd: checkout,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
  const service: Service = {
    url,
    output: () => output,
    async end(signal) {
      if (hasExited(child)) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
  const deadline = Date.now() + readyDeadline;
  while (!(await isReady(url))) {
    if (hasExited(child) || Date.now() > deadline) {
      await service.end("SIGKILL");
      throw new ToolFailure(`${program} ${args.join(" ")} is not ready:\n${output}`);
    }
    await sleep(50);
  }
  return service;
}

/** Starts auth-gateway and rag-api on free ports; `extra` goes to both of them. */
export async function startServices(extra: Environment = {}): Promise<Services> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "services-"));
  const [gatewayPort, ragApiPort] = [await findFreePort(), await findFreePort()];
  const gatewayUrl = `http://localhost:${gatewayPort}`;
  const ragApiUrl = `http://localhost:${ragApiPort}`;
  const shared = { GATEWAY_URL: gatewayUrl, FRONTEND_ORIGINS: "http://localhost:5173", LOG_LEVEL: "info", ...extra };
  const startRagApi = () =>
    startService([`${checkout}/rag-api/.venv/bin/python`, "-m", "rag_api"], ragApiUrl, {
      ...shared,
      RAG_API_DATABASE_URL: database.ragApiUrl,
      RAG_API_PORT: String(ragApiPort),
      TOKEN_AUDIENCE: "rag-api",
    });
  const gateway = await startService(["node", "--import", "tsx", "auth-gateway/src/main.ts"], gatewayUrl, {
    ...shared,
    AUTH_GATEWAY_DATABASE_URL: database.authGatewayUrl,
    GATEWAY_PORT: String(gatewayPort),
    RAG_API_URL: ragApiUrl,
    ERASURE_JOURNAL: extra["ERASURE_JOURNAL"] ?? join(folder, "erasure-journal.jsonl"),
    AUTH_SECRETS: extra["AUTH_SECRETS"] ?? `1:${randomBytes(32).toString("base64url")}`,
    TOKEN_AUDIENCES: "rag-api,billing-api",
  });
  let ragApi = await startRagApi();
  return {
    database,
    gateway,
    ragApi,
    async restartRagApi() {
      await ragApi.end("SIGKILL");
      ragApi = await startRagApi();
      return ragApi;
    },
    async stop() {
      await Promise.all([gateway.end("SIGTERM"), ragApi.end("SIGTERM")]);
      await rm(folder, { recursive: true });
      await database.drop();
    },
  };
}
