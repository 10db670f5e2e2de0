/** Children that get a signal when their parent dies, even by kill -9, in a process group of their own. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { ToolFailure } from "../failure.ts";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface GuardedOptions extends Pick<SpawnOptions, "cwd" | "env" | "stdio"> {
  /** Signal that the kernel sends when this process ends before the child; needs setpriv, so Linux only. */
  readonly deathSignal: "INT" | "TERM" | "KILL";
  readonly account?: Account | undefined;
}

let setprivWorks: boolean | undefined;

function canGuard(): boolean {
  setprivWorks ??= spawnSync("setpriv", ["--pdeathsig", "TERM", "true"], { stdio: "ignore" }).status === 0;
  return setprivWorks;
}

/** Starts a child whose group the terminal's Ctrl-C does not reach: the parent decides the order of the end. */
export function spawnGuarded(command: string, args: readonly string[], options: GuardedOptions): ChildProcess {
  const { deathSignal, account, ...rest } = options;
  const settings = { ...rest, ...(account ?? {}), detached: true };
  if (!canGuard()) return spawn(command, args, settings);
  return spawn("setpriv", ["--pdeathsig", deathSignal, "--", command, ...args], settings);
}

/** Resolves with the exit status in words; rejects when the command could not be started at all. */
export function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new ToolFailure(`cannot run ${child.spawnfile}: ${error.message}`)));
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

/** Whether the child has ended. */
export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
