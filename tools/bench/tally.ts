/** What came of many requests: how often each outcome, and the times of those that went well. */
import { at } from "./measure.ts";
import { say } from "./stage.ts";

export class Tally {
  private readonly times = new Map<string, number[]>();
  private readonly failures = new Map<string, number>();

  succeed(what: string, ms: number): void {
    const times = this.times.get(what) ?? [];
    times.push(ms);
    this.times.set(what, times);
  }

  /** `outcome` is a status with its code, or what broke the connection. */
  fail(what: string, outcome: string): void {
    const key = `${what}: ${outcome}`;
    this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
  }

  get succeeded(): number {
    return [...this.times.values()].reduce((sum, times) => sum + times.length, 0);
  }

  /** Failures whose name holds the word, or all of them. */
  countFailures(word = ""): number {
    return [...this.failures].reduce((sum, [name, count]) => sum + (name.includes(word) ? count : 0), 0);
  }

  p95(what: string): number {
    return at(sortedTimes(this.times.get(what) ?? []), 0.95);
  }

  report(): void {
    const heads = ["requests", "p50", "p95", "max"].map((head) => head.padStart(10)).join("");
    say(`${"".padEnd(26)}${heads}  ms`);
    for (const [what, times] of this.times) {
      const sorted = sortedTimes(times);
      const numbers = [0.5, 0.95, 1].map((share) => at(sorted, share).toFixed(1).padStart(10)).join("");
      say(`${what.padEnd(26)}${String(times.length).padStart(10)}${numbers}`);
    }
    for (const [name, count] of this.failures) say(`${count} × ${name}`);
  }
}

const sortedTimes = (times: readonly number[]) => [...times].sort((a, b) => a - b);
