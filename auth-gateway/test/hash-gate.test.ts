/** Admission to hashing: how many at once, in which order, and who is turned away. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { HashGate, hashSlots } from "../src/abuse/hash-gate.ts";
import { AppError } from "../src/errors.ts";

const staying = () => new AbortController().signal;

/** Work that lasts until it is told to end. */
function held(): { work: () => Promise<void>; end: () => void } {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => ended, end: () => end() };
}

const refusalOf = (attempt: Promise<unknown>): Promise<AppError> =>
  attempt.then(
    () => Promise.reject(new Error("was admitted")),
    (error: unknown) => (error instanceof AppError ? error : Promise.reject(error)),
  );

describe("slots", () => {
  it.each([
    [{ cores: 2, threads: 4, poolSize: 10 }, 2],
    [{ cores: 16, threads: 4, poolSize: 10 }, 2],
    [{ cores: 16, threads: 16, poolSize: 10 }, 9],
    [{ cores: 16, threads: 16, poolSize: 2 }, 1],
    [{ cores: 1, threads: 1, poolSize: 2 }, 1],
  ])("of %j are %i", (limits, expected) => {
    expect(hashSlots(limits)).toBe(expected);
  });
});

describe("the gate", () => {
  it("lets no more in than it has slots, and the others in their order", async () => {
    const gate = new HashGate(2, 10);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        gate.run(staying(), async () => {
          order.push(number);
          most = Math.max(most, ++inside);
          await sleep(1);
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(gate.load()).toMatchObject({ running: 0, queued: 0 });
  });

  it("frees the slot when the work fails", async () => {
    const gate = new HashGate(1, 10);
    await expect(gate.run(staying(), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await gate.run(staying(), async () => "yes")).toBe("yes");
  });

  it("refuses at once who would wait longer than 8 s, and says when to come back", async () => {
    const gate = new HashGate(2, 1_000);
    const first = held();
    const waiting = Array.from({ length: 18 }, () => gate.run(staying(), first.work));
    expect(gate.load()).toMatchObject({ running: 2, queued: 16 });
    const refused = await refusalOf(gate.run(staying(), async () => undefined));
    expect(refused.code).toBe("unavailable");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    first.end();
    await Promise.all(waiting);
  });

  it("measures how long the work takes, and admits accordingly", async () => {
    let now = 0;
    const gate = new HashGate(1, 1_000, () => now);
    for (let i = 0; i < 60; i++) {
      await gate.run(staying(), async () => {
        now += 10;
      });
    }
    expect(gate.load().averageMs).toBeLessThan(15);
    const first = held();
    const waiting = Array.from({ length: 500 }, () => gate.run(staying(), first.work));
    expect(gate.load().queued).toBe(499);
    first.end();
    await Promise.all(waiting);
  });

  it("refuses whom it kept waiting for longer than it promised", async () => {
    let now = 0;
    const gate = new HashGate(1, 10, () => now);
    const first = held();
    const running = gate.run(staying(), first.work);
    const late = refusalOf(gate.run(staying(), async () => undefined));
    now = 9_000;
    const punctual = gate.run(staying(), async () => "in time");
    now = 11_000;
    first.end();
    await running;
    expect((await late).code).toBe("unavailable");
    expect(await punctual).toBe("in time");
    expect(gate.load()).toMatchObject({ running: 0, queued: 0 });
  });

  it("gives the place of a client that leaves to the next", async () => {
    const gate = new HashGate(1, 10);
    const first = held();
    const running = gate.run(staying(), first.work);
    const leaver = new AbortController();
    let worked = false;
    const left = refusalOf(
      gate.run(leaver.signal, async () => {
        worked = true;
      }),
    );
    const next = gate.run(staying(), async () => "next");
    expect(gate.load().queued).toBe(2);
    leaver.abort();
    expect((await left).code).toBe("unavailable");
    expect(gate.load().queued).toBe(1);
    first.end();
    await running;
    expect(await next).toBe("next");
    expect(worked).toBe(false);
    const gone = AbortSignal.abort();
    const second = held();
    const busy = gate.run(staying(), second.work);
    expect((await refusalOf(gate.run(gone, async () => undefined))).code).toBe("unavailable");
    second.end();
    await busy;
  });
});
