/** The gateway as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TestEnvironment } from "./environment.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export interface GatewayProcess {
  readonly child: ChildProcess;
  /** Standard output and standard error so far. */
  output(): string;
  /** The URL, once it listens; rejects when the process ends before. */
  readonly listening: Promise<string>;
  /** The exit code, once it has ended. */
  readonly exited: Promise<number | null>;
}

/** `preload` is JavaScript that runs in the process before the gateway. */
export function spawnGateway(env: TestEnvironment, preload = ""): GatewayProcess {
  const imports = ["tsx", `data:text/javascript,${encodeURIComponent(preload)}`].flatMap((name) => ["--import", name]);
  const child = spawn(process.execPath, [...imports, main], { env: { PATH: process.env["PATH"], ...env } });
  let output = "";
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const listening = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /"port":(\d+),.*"msg":"listening"/.exec(output)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void exited.then((code) => reject(new Error(`the gateway ended with ${code}:\n${output}`)));
  });
  listening.catch(() => undefined);
  return { child, output: () => output, listening, exited };
}
