/** `make ingest path=…`: loads files into the corpus. */
import { resolve } from "node:path";
import { runMain, ToolFailure } from "./failure.ts";
import { runRagApiCommand } from "./rag-api-command.ts";
import { ingestCommand } from "./services.ts";

async function main(): Promise<number> {
  const [path = ""] = process.argv.slice(2);
  if (path === "") throw new ToolFailure("Say what to load: make ingest path=docs");
  return await runRagApiCommand(ingestCommand([resolve(path)]));
}

await runMain(main);
