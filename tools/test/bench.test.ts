/** The benchmark runs from end to end at a small scale; what it measures there means nothing. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkout } from "../checkout.ts";
import { runTool } from "../testing/commands.ts";

const script = join(checkout, "tools/bench/main.ts");

it("seeds, asks rag-api and prints a line for every user and scenario", async () => {
  const { status, output } = await runTool(script, ["0.0001"], { cwd: checkout });
  expect(status, output).toBe("exit code 0");
  expect(output).toMatch(/^500 messages, /m);
  for (const what of ["list, first page", "messages, newest page", "search, all kinds mixed"]) {
    expect(output.match(new RegExp(`^ +100 {2}${what} +(\\d+\\.\\d +){2}\\d+\\.\\d$`, "gm")), output).toHaveLength(3);
  }
});

it.each([
  ["users", /^10 users, .* 0 errors/m],
  ["streams", /^10 of 10 streams finished, .* 0 idle in transaction/m],
  ["outage", /^acknowledged and stored: (\d+) and \1 conversations, (\d+) and \2 questions, (\d+) and \3 answers/m],
])("shows in small what holds for %s", { timeout: 90_000 }, async (only, shown) => {
  const { status, output } = await runTool(script, ["0.01", only], { cwd: checkout });
  expect(status, output).toBe("exit code 0");
  expect(output).toMatch(shown);
});

it("names what it can run", async () => {
  const { status, output } = await runTool(script, ["0.01", "nothing"], { cwd: checkout });
  expect(status).toBe("exit code 1");
  expect(output).toContain("make bench only=history|users|streams|outage");
});

it("refuses a scale that is none", async () => {
  for (const scale of ["0", "2", "x"]) {
    const { status, output } = await runTool(script, [scale], { cwd: checkout });
    expect(status).toBe("exit code 1");
    expect(output).toContain("make bench scale=0.01");
  }
});
