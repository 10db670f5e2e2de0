/** `make purge [dry-run=1] [as-of=…]`: deletes the conversations whose time is over, or counts them. */
import { runMain } from "./failure.ts";
import { runRagApiCommand } from "./rag-api-command.ts";
import { purgeCommand } from "./services.ts";

// `make` passes both arguments; those that were not given are empty.
const [dryRun = "", asOf = ""] = process.argv.slice(2);
const args = [...(dryRun === "" ? [] : ["--dry-run"]), ...(asOf === "" ? [] : ["--as-of", asOf])];

await runMain(() => runRagApiCommand(purgeCommand(args)));
