/** Time as a dependency, so that tests decide what time it is and when a timer fires. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs the task at every interval until the returned function is called. */
  every(milliseconds: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  every(milliseconds, task) {
    const timer = setInterval(task, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};
