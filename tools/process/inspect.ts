/** What runs under a process id: a pid file alone proves nothing, ids are reused and zombies keep theirs. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

async function readProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const state = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  if (state === "Z" || state === "X") return undefined;
  return (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
}

async function askPs(pid: number): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "stat=,command=", "-p", String(pid)]);
  return stdout.trimStart().startsWith("Z") ? undefined : stdout;
}

/** The command line of a live process; undefined when it is gone or a zombie. */
export async function findCommandLine(pid: number): Promise<string | undefined> {
  try {
    return await (process.platform === "linux" ? readProc(pid) : askPs(pid));
  } catch {
    return undefined;
  }
}
