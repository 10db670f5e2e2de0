/** One service as a child: started, waited for, ended. */
import { setTimeout as sleep } from "node:timers/promises";
import { checkout } from "../checkout.ts";
import type { Environment } from "../environment.ts";
import { ToolFailure } from "../failure.ts";
import { exitOf, hasExited, spawnGuarded } from "../process/guarded.ts";
import type { Command } from "../services.ts";
import { followOutput } from "./log.ts";

export interface ServicePlan {
  readonly name: string;
  readonly command: Command;
  readonly environment: Environment;
  /** Address on this machine, without a path. */
  readonly url: string;
  readonly logs: string;
}

export interface Service {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves with the exit status in words. */
  readonly ended: Promise<string>;
  /** Resolves when /readyz answers 200; throws when the service ended or the time is up. */
  waitUntilReady(): Promise<void>;
  /** Asks it to end and waits; after the grace time it is killed. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

const readyDeadline = 60_000;
/** Longer than either service's own limit for its open requests. */
const stopGrace = 15_000;

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

export async function startService({ name, command, environment, url, logs }: ServicePlan): Promise<Service> {
  const [program, args] = command;
  const child = spawnGuarded(program, args, {
    deathSignal: "KILL",
    cwd: checkout,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = exitOf(child);
  await followOutput(name, logs, [child.stdout, child.stderr]);
  return {
    name,
    pid: child.pid,
    ended,
    async waitUntilReady() {
      const deadline = Date.now() + readyDeadline;
      while (!(await isReady(url))) {
        if (child.pid === undefined || hasExited(child)) {
          throw new ToolFailure(`${name} ended before it was ready (${await ended}); its log: ${logs}/${name}.log`);
        }
        if (Date.now() > deadline) {
          throw new ToolFailure(`${name} was not ready within ${readyDeadline / 1000} s; its log: ${logs}/${name}.log`);
        }
        await sleep(100);
      }
    },
    async stop() {
      if (child.pid === undefined || hasExited(child)) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopGrace);
      await ended;
      clearTimeout(timer);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
