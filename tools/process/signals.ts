/** The signals that end a tool: Ctrl-C, a kill, a closed terminal. */
const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Signalled {
  /** The first signal that came. */
  readonly received: NodeJS.Signals | undefined;
  /** Resolves with the first signal. */
  readonly first: Promise<NodeJS.Signals>;
  /** Resolves when a second one comes: the person does not want to wait. */
  readonly second: Promise<void>;
}

/** From now on these signals no longer end the process by themselves; who called this must end in order. */
export function signalOnce(): Signalled {
  let received: NodeJS.Signals | undefined;
  let onFirst: (name: NodeJS.Signals) => void = () => undefined;
  let onSecond: () => void = () => undefined;
  const first = new Promise<NodeJS.Signals>((resolve) => {
    onFirst = resolve;
  });
  const second = new Promise<void>((resolve) => {
    onSecond = resolve;
  });
  for (const name of names) {
    process.on(name, () => {
      if (received !== undefined) return onSecond();
      received = name;
      onFirst(name);
    });
  }
  return {
    first,
    second,
    get received() {
      return received;
    },
  };
}
