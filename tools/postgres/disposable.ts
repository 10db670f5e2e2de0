/** A cluster for one test run: a free port, a temporary folder, nothing left behind. */
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { findCommandLine } from "../process/inspect.ts";
import { findFreePort } from "../process/ports.ts";
import { prepareBinaries } from "./binaries.ts";
import { loadCredentials } from "./credentials.ts";
import { ensureCluster } from "./initialize.ts";
import { findPlaces } from "./places.ts";
import { type RunningServer, startServer } from "./server.ts";

const prefix = "auth-gateway-test-";

/** Folders of test runs that were killed. */
async function removeAbandoned(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const maker = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (Number.isNaN(maker) || (await findCommandLine(maker)) !== undefined) continue;
    await rm(join(temporary, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

export interface DisposableServer extends RunningServer {
  /** For tests of what only a superuser can set up. */
  readonly superuserUrl: string;
  /** Stops the server and removes its folder. */
  remove(): Promise<void>;
}

/** Starts the cluster with an empty database of the given name, owned by the migrator. */
export async function startDisposable(checkout: string, database: string): Promise<DisposableServer> {
  const places = findPlaces(checkout);
  await removeAbandoned(places.temporary);
  const temporary = await mkdtemp(join(places.temporary, `${prefix}${process.pid}-`));
  const remove = () => rm(temporary, { recursive: true, force: true });
  try {
    if (places.account !== undefined) await chmod(temporary, 0o711);
    const plan = {
      folder: join(temporary, "postgres"),
      binaries: await prepareBinaries(places.binaries),
      account: places.account,
      database,
      disposable: true,
    };
    await ensureCluster(plan);
    const server = await startServer(plan, await findFreePort(), "the port that the system gave out");
    const { superuser } = await loadCredentials(plan.folder);
    const superuserUrl = `postgresql://postgres:${superuser}@127.0.0.1:${server.port}/${database}`;
    return { ...server, superuserUrl, remove: () => server.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
