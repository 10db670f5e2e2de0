/** `make bench [only=history|users|streams|outage|purge|export] [scale=0.01]`: rag-api as a process, on a cluster that is removed afterwards. */
import { cpus, totalmem } from "node:os";
import { runMain, ToolFailure } from "../failure.ts";
import { measureExport } from "./export.ts";
import { measureHistory } from "./history.ts";
import { killDatabase } from "./outage.ts";
import { purgeBesideChat } from "./purge.ts";
import { say } from "./stage.ts";
import { holdStreams } from "./streams.ts";
import { admitUsers } from "./users.ts";

/** Each throws a ToolFailure when what it shows does not hold. */
const benchmarks: Readonly<Record<string, (scale: number) => Promise<void>>> = {
  history: measureHistory,
  users: admitUsers,
  streams: holdStreams,
  outage: killDatabase,
  purge: purgeBesideChat,
  export: measureExport,
};

function readScale(argument: string): number {
  const scale = Number(argument === "" ? "1" : argument);
  if (!(scale > 0 && scale <= 1)) throw new ToolFailure("Give a scale above 0 and up to 1: make bench scale=0.01");
  return scale;
}

async function main(): Promise<number> {
  const [scaleArgument = "", only = ""] = process.argv.slice(2);
  const scale = readScale(scaleArgument);
  const run = benchmarks[only === "" ? "history" : only];
  if (run === undefined)
    throw new ToolFailure(`Give one of these: make bench only=${Object.keys(benchmarks).join("|")}`);
  const processor = cpus()[0]?.model ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  say(`${cpus().length} × ${processor}, ${memory} GiB, Node ${process.version}, scale ${scale}`);
  await run(scale);
  return 0;
}

await runMain(main);
