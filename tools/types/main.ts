/** Writes the types; runs under tools/test.ts, which lends the services a database. */
import { runMain } from "../failure.ts";
import { writeTypes } from "./generate.ts";

await runMain(async () => {
  await writeTypes();
  return 0;
});
