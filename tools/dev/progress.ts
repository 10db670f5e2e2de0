/** What `make dev` prints: one line a step, and the services' warnings. */
const started = Date.now();

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A step of the start, with the seconds since `make dev` began. */
export function step(line: string): void {
  say(`[${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s] ${line}`);
}

/** A closed terminal must not turn the orderly end into a crash. */
export function surviveClosedTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}
