/** Neon's driver when its WebSocket can't be opened. */
import { expect, it } from "vitest";
import { parseConfig } from "../src/config.ts";
import { openDatabase } from "../src/db/database.ts";
import { databaseFaultOf, faultOfDriverError } from "../src/db/faults.ts";
import { createLogger } from "../src/logger.ts";
import { testEnvironment } from "./harness/environment.ts";

it("reports errors that are errors, as an unavailable database", async () => {
  const unreachable = { DATABASE_DRIVER: "neon", NEON_WS_PROXY: "127.0.0.1:1" };
  const config = parseConfig(testEnvironment("postgresql://u:p@127.0.0.1:1/d", unreachable));
  const { db, pool } = openDatabase(config.database, createLogger("silent", process.stderr));
  const reasonOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
  const query = await reasonOf(Promise.resolve(db.execute("select 1")));
  expect(query).toBeInstanceOf(Error);
  expect(databaseFaultOf(query)).toBe("unavailable");
  const transaction = await reasonOf(db.transaction(async () => undefined));
  expect(transaction).toBeInstanceOf(Error);
  expect(faultOfDriverError(transaction)).toBe("unavailable");
  await pool.end();
});
