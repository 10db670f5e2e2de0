/** Runs a tool as its own process, as a person would. */
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, exitOf, hasExited, spawnGuarded } from "../process/guarded.ts";

export interface RunningCommand {
  readonly child: ChildProcess;
  /** Resolves with the exit status in words. */
  readonly ended: Promise<string>;
  /** Everything printed so far. */
  output(): string;
  /** Waits until the output matches; throws with it when the command ends first or the time is up. */
  waitFor(pattern: RegExp, timeout?: number): Promise<void>;
  /** What a terminal does on Ctrl-C and when it closes: a signal to the whole foreground group. */
  signalGroup(signal: NodeJS.Signals): void;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly account?: Account;
}

/** The caller's environment without what points at the test run's or a developer's own database. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(TEST_|VITEST|NODE_ENV$|DATABASE_URL$|\w+_DATABASE_URL$|AUTH_SECRETS$|GATEWAY_|RAG_API_|POSTGRES_PORT$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** Starts `node --import tsx <script> <args>` at the head of a process group of its own. */
export function startTool(script: string, args: readonly string[], options: CommandOptions): RunningCommand {
  const child = spawnGuarded(process.execPath, ["--import", "tsx", script, ...args], {
    ...options,
    deathSignal: "TERM",
    env: { ...plainEnvironment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  return {
    child,
    ended: exitOf(child),
    output: () => output,
    async waitFor(pattern, timeout = 60_000) {
      const deadline = Date.now() + timeout;
      while (!pattern.test(output)) {
        if (hasExited(child)) throw new Error(`ended without ${pattern}:\n${output}`);
        if (Date.now() > deadline) throw new Error(`no ${pattern} within ${timeout} ms:\n${output}`);
        await sleep(20);
      }
    },
    signalGroup(signal) {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    },
  };
}

/** Runs a tool to its end. */
export async function runTool(
  script: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<{ status: string; output: string }> {
  const running = startTool(script, args, options);
  const status = await running.ended;
  return { status, output: running.output() };
}
