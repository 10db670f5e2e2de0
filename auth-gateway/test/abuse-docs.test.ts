/** The commands of docs/abuse.md, as they are pasted, print what the page says. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();
const page = readFileSync(new URL("../../docs/abuse.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/^```sh\n(.*?)^```\n\n```text\n(.*?)^```$/gms)].map(
  ([, script = "", output = ""]) => [script, output] as const,
);

it("has examples", () => {
  expect(examples).toHaveLength(4);
});

it.each(examples)("%s", async (script, output) => {
  const command = script.replaceAll("http://localhost:3000", suite.url);
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", command]);
  expect(stdout.trim()).toBe(output.trim());
});
