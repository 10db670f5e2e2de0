/** A gateway process of the soak: started, asked for tokens, and restarted with other secrets. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout } from "../checkout.ts";
import { ToolFailure } from "../failure.ts";
import { hasExited, spawnGuarded } from "../process/guarded.ts";

export type Settings = Readonly<Record<string, string>>;

export interface Replica {
  readonly url: string;
  readonly ready: boolean;
  restart(settings: Settings): Promise<void>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;

export async function startReplica(port: number, common: Settings): Promise<Replica> {
  const url = `http://127.0.0.1:${port}`;
  let child: ReturnType<typeof spawnGuarded> | undefined;
  let ready = false;
  const start = async (settings: Settings) => {
    const env = { PATH: process.env["PATH"], ...settings, GATEWAY_PORT: String(port) };
    const command = ["--import", "tsx", "auth-gateway/src/main.ts"];
    child = spawnGuarded(process.execPath, command, { deathSignal: "KILL", cwd: checkout, env, stdio: "ignore" });
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await isReady(url))) {
      if (hasExited(child) || Date.now() > deadline) throw new ToolFailure(`The gateway on port ${port} is not ready.`);
      await sleep(100);
    }
    ready = true;
  };
  const stop = async () => {
    ready = false;
    if (child === undefined || hasExited(child)) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  await start(common);
  return {
    url,
    get ready() {
      return ready;
    },
    async restart(settings) {
      // Like a load balancer that takes a replica out before it ends.
      ready = false;
      await sleep(200);
      await stop();
      await start(settings);
    },
    stop,
  };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}
