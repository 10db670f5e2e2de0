/** Exports of a small and of a large history: the memory of the service must not grow with them. Linux only. */
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { ToolFailure } from "../failure.ts";
import { type BenchUser, seed } from "./seed.ts";
import { onStage, type Stage, say } from "./stage.ts";

const sizes = [1_000, 10_000, 100_000];
/** Mebibytes that the service may take more during the largest export than during the smallest. */
const tolerance = 32;

async function readMebibytes(pid: number | undefined): Promise<number> {
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"));
  return Number(resident?.[1]) / 1024;
}

/** Reads and drops the ZIP; gives its bytes, and whether the directory stood at its end. */
async function download(stage: Stage, user: BenchUser): Promise<{ bytes: number; isWhole: boolean }> {
  const headers = { authorization: `Bearer ${stage.issuer.token(user)}` };
  const response = await fetch(`${stage.url}/v1/me/export`, { headers });
  if (!response.ok || response.body === null) throw new ToolFailure(`The export answered ${response.status}.`);
  let bytes = 0;
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of response.body) {
    bytes += chunk.length;
    tail = Buffer.concat([tail, chunk]).subarray(-22);
  }
  return { bytes, isWhole: tail.toString("latin1").startsWith("PK\x05\x06") };
}

/** The most memory that the service took meanwhile. */
async function watch(pid: number | undefined, work: Promise<unknown>): Promise<number> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  let most = 0;
  while (!over) {
    most = Math.max(most, await readMebibytes(pid));
    await sleep(50);
  }
  await done;
  return most;
}

async function drive(stage: Stage, users: readonly BenchUser[]): Promise<void> {
  const peaks: number[] = [];
  say(`resident before the first export: ${(await readMebibytes(stage.pid)).toFixed(0)} MiB`);
  for (const user of users) {
    const start = performance.now();
    const work = download(stage, user);
    peaks.push(await watch(stage.pid, work));
    const { bytes, isWhole } = await work;
    if (!isWhole) throw new ToolFailure("The ZIP broke off.");
    const size = (bytes / 2 ** 20).toFixed(1);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(
      `${user.messages.toLocaleString("en")} messages, ${size} MiB, ${seconds} s: at most ${peaks.at(-1)?.toFixed(0)} MiB`,
    );
  }
  const [smallest = 0] = peaks;
  if (Math.max(...peaks) - smallest > tolerance) throw new ToolFailure("The memory grew with the export.");
}

export async function measureExport(scale: number): Promise<void> {
  await onStage(
    { AGENT: "extractive" },
    (server) =>
      seed(
        server.superuserUrl,
        sizes.map((size) => Math.max(100, Math.round((size * scale) / 100) * 100)),
        1,
      ),
    drive,
  );
}
