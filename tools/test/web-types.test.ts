/** The web client's types are those of the documents that both services serve. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generateTypes } from "../types/generate.ts";

it("make types would change nothing", { timeout: 90_000 }, async () => {
  for (const [path, text] of await generateTypes()) {
    expect(text === readFileSync(path, "utf8"), `${path} is out of date: run make types`).toBe(true);
  }
});
