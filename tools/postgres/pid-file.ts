/** PostgreSQL's postmaster.pid: which server holds a data folder, and removing what a dead one left. */
import { link, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { findCommandLine } from "../process/inspect.ts";

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

async function readPidFile(path: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, port: Number(lines[3]) } : undefined;
}

async function isServerOf(pid: number, data: string): Promise<boolean> {
  return (await findCommandLine(pid))?.includes(`-D ${data} `) ?? false;
}

/** The server that runs on the data folder, if one does. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const found = await readPidFile(join(data, "postmaster.pid"));
  return found !== undefined && (await isServerOf(found.pid, data)) ? found : undefined;
}

/**
 * Removes the pid file when its process is gone, a zombie or a stranger. PostgreSQL itself trusts any live id, also a
 * zombie's, and would refuse to start. Moved aside first: another starter may have written a new one meanwhile.
 */
export async function clearStalePidFile(data: string): Promise<void> {
  const path = join(data, "postmaster.pid");
  if ((await stat(path).catch(() => undefined)) === undefined) return;
  const found = await readPidFile(path);
  if (found === undefined || (await isServerOf(found.pid, data))) return;
  const aside = `${path}.stale-${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  if ((await readPidFile(aside))?.pid !== found.pid) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
