/** A reader in a process of its own, so that its times are the service's and not those of the streams that the benchmark reads. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Reading {
  readonly url: string;
  readonly token: string;
  readonly seconds: number;
  /** Milliseconds from one request to the next, at least. */
  readonly every: number;
}

/** Either a time in milliseconds or what went wrong. */
export type Outcome = number | string;

const script = fileURLToPath(new URL("./reader-process.ts", import.meta.url));

/** Asks for one URL again and again; resolves with the outcomes. */
export async function readRegularly(reading: Reading): Promise<Outcome[]> {
  const child = fork(script, [JSON.stringify(reading)], { execArgv: ["--import", "tsx"] });
  const [outcomes] = (await once(child, "message")) as [Outcome[]];
  return outcomes;
}
