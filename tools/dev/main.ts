/** `make dev`: database, migrations, documents, both services; and their end in the opposite order. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../checkout.ts";
import { type Environment, loadEnvironment } from "../environment.ts";
import { runMain, ToolFailure } from "../failure.ts";
import type { RunningServer } from "../postgres/server.ts";
import { exitOf, spawnGuarded } from "../process/guarded.ts";
import { requireFreePort } from "../process/ports.ts";
import { type Signalled, signalOnce } from "../process/signals.ts";
import {
  gatewayCommand,
  gatewayEnvironment,
  ingestCommand,
  ragApiCommand,
  ragApiEnvironment,
  type ServiceUrls,
} from "../services.ts";
import { prepareDatabase } from "./database.ts";
import { ensureEnvFile } from "./env-file.ts";
import { mailboxPort, planMailbox, wantsMailbox } from "./mailbox.ts";
import { say, step, surviveClosedTerminal } from "./progress.ts";
import { type Service, type ServicePlan, startService } from "./service.ts";
import { buildWebClient } from "./web.ts";
import { welcome } from "./welcome.ts";

const logs = join(checkout, ".data", "logs");

/** Thrown between two steps of the start when a signal has come. */
class Interrupted extends Error {}

interface Running {
  server: RunningServer | undefined;
  readonly services: Service[];
}

async function planServices(environment: Environment, urls: ServiceUrls): Promise<ServicePlan[]> {
  const mailbox = await planMailbox(environment, logs);
  const { GATEWAY_PORT: gatewayPort = "3000", RAG_API_PORT: ragApiPort = "8000" } = environment;
  const gateway = {
    name: "auth-gateway",
    command: gatewayCommand,
    environment: gatewayEnvironment({ ...environment, ...mailbox?.environment }, urls),
  };
  const ragApi = { name: "rag-api", command: ragApiCommand, environment: ragApiEnvironment(environment, urls) };
  return [
    ...(mailbox === undefined ? [] : [mailbox.plan]),
    { ...gateway, url: `http://127.0.0.1:${gatewayPort}`, logs },
    { ...ragApi, url: `http://127.0.0.1:${ragApiPort}`, logs },
  ];
}

async function requireServicePorts(environment: Environment): Promise<void> {
  const host = (name: string) => environment[name] ?? "127.0.0.1";
  await requireFreePort(Number(environment.GATEWAY_PORT ?? 3000), host("GATEWAY_HOST"), "GATEWAY_PORT", "the gateway");
  await requireFreePort(Number(environment.RAG_API_PORT ?? 8000), host("RAG_API_HOST"), "RAG_API_PORT", "rag-api");
  if (wantsMailbox(environment)) {
    await requireFreePort(mailboxPort(environment), "127.0.0.1", "MAILBOX_PORT", "the mailbox");
  }
}

/** The project's own documents; a file that cannot be read is reported and does not stop the start. */
async function ingestDocuments(environment: Environment, urls: ServiceUrls, signalled: Signalled): Promise<void> {
  const paths = ["README.md", "docs"].filter((path) => existsSync(join(checkout, path)));
  step(`Reading ${paths.join(" and ")} into the corpus`);
  const [program, args] = ingestCommand(paths);
  const child = spawnGuarded(program, args, {
    deathSignal: "TERM",
    cwd: checkout,
    env: ragApiEnvironment(environment, urls),
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = exitOf(child);
  const outcome = await Promise.race([ended, signalled.first.then(() => undefined)]);
  if (outcome === undefined) {
    child.kill("SIGTERM");
    await ended;
  } else if (outcome !== "exit code 0") {
    say(`Not everything could be read (${outcome}); going on without it.`);
  }
}

async function start(running: Running, signalled: Signalled): Promise<void> {
  const checkpoint = () => {
    if (signalled.received !== undefined) throw new Interrupted();
  };
  if (await ensureEnvFile(checkout)) step("Wrote .env with fresh secrets");
  const environment = await loadEnvironment(checkout);
  await requireServicePorts(environment);
  await buildWebClient();
  checkpoint();
  const { urls } = await prepareDatabase(environment, (server) => {
    running.server = server;
  });
  checkpoint();
  await ingestDocuments(environment, urls, signalled);
  checkpoint();
  // One after the other: rag-api is ready only once it has the gateway's keys, and asks for them seldom.
  for (const plan of await planServices(environment, urls)) {
    step(`Starting ${plan.name} on ${plan.url}`);
    const service = await startService(plan);
    running.services.push(service);
    await Promise.race([service.waitUntilReady(), signalled.first]);
    checkpoint();
  }
  step("Ready");
  say(welcome(environment, logs));
}

/** Resolves with the exit code: 0 after a signal, 1 when a part ended by itself. */
async function watch(running: Running, signalled: Signalled): Promise<number> {
  const parts = running.services.map(({ name, ended }) => ({ name, ended }));
  if (running.server !== undefined) parts.push({ name: "PostgreSQL", ended: running.server.ended });
  const deaths = parts.map(
    async ({ name, ended }) => `${name} has ended by itself (${await ended}); stopping the rest.`,
  );
  const reason = await Promise.race([signalled.first.then(() => undefined), ...deaths]);
  if (reason === undefined) return 0;
  throw new ToolFailure(`${reason} Logs: ${logs}`);
}

async function stop(running: Running, signalled: Signalled): Promise<void> {
  if (running.services.length === 0 && running.server === undefined) return;
  if (running.services.length > 0) step("Stopping the services");
  const services = Promise.all(running.services.map((service) => service.stop()));
  await Promise.race([services, signalled.second]);
  for (const service of running.services) service.kill();
  await services;
  if (running.server !== undefined) {
    step("Stopping PostgreSQL");
    await running.server.stop();
  }
  step("Stopped");
}

async function main(): Promise<number> {
  surviveClosedTerminal();
  const signalled = signalOnce();
  const running: Running = { server: undefined, services: [] };
  try {
    await start(running, signalled);
    return await watch(running, signalled);
  } catch (error) {
    // What fails after a signal fails by it: a child that had not left the terminal's process group yet got it too.
    if (signalled.received !== undefined) return 0;
    throw error;
  } finally {
    await stop(running, signalled);
  }
}

await runMain(main);
