/** A clock that stands still until it is moved; its timers fire while it moves. */
import type { Clock } from "../../src/clock.ts";

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

interface Timer {
  readonly every: number;
  readonly task: () => void;
  due: number;
}

export function createTestClock(startsAt: number = Date.now()): TestClock {
  let time = startsAt;
  const timers = new Set<Timer>();
  return {
    now: () => time,
    every(milliseconds, task) {
      const timer = { every: milliseconds, task, due: time + milliseconds };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(milliseconds) {
      time += milliseconds;
      for (const timer of timers) {
        if (timer.due > time) continue;
        // Once, however far the clock moved: the task sees the same time at each of its missed turns.
        timer.due += timer.every * (1 + Math.floor((time - timer.due) / timer.every));
        timer.task();
      }
    },
  };
}
