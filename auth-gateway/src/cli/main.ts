/** The gateway's commands: a process of its own with the gateway's configuration and its role in the database. */
import { AuditTrail } from "../audit/trail.ts";
import { systemClock } from "../clock.ts";
import { ConfigError, parseConfig } from "../config.ts";
import { BootError, waitForDatabase } from "../db/boot.ts";
import { openDatabase } from "../db/database.ts";
import { createLogger } from "../logger.ts";
import { admin } from "./admin.ts";
import { audit } from "./audit.ts";
import { client, clientList } from "./clients.ts";
import { type Command, CommandFailure } from "./command.ts";
import { erasures, reapply } from "./erasures.ts";
import { keysRevoke, keysRotate, keysStatus } from "./keys.ts";
import { secretsRotate } from "./secrets.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  admin,
  audit,
  client,
  "client-list": clientList,
  erasures,
  "reapply-erasures": reapply,
  "keys-status": keysStatus,
  "keys-rotate": keysRotate,
  "keys-revoke": keysRevoke,
  "secrets-rotate": secretsRotate,
};

function parseArguments(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((text) => {
      const [, name, value] = /^([a-z]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw new CommandFailure(`Not understood: ${text}`);
      return [name, value];
    }),
  );
}

async function main([name = "", ...given]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new CommandFailure(`Unknown command ${name}: ${Object.keys(COMMANDS).join(", ")}`);
  const values = parseArguments(given);
  const config = parseConfig(process.env);
  const logger = createLogger("warn", process.stderr);
  const { db, pool } = openDatabase(config.database, logger);
  const trail = new AuditTrail(db, systemClock, logger);
  try {
    await waitForDatabase(db, logger);
    return await command({
      config,
      db,
      logger,
      clock: systemClock,
      audit: trail,
      argument: (argument) => values.get(argument)?.trim() ?? "",
      say: (line = "") => void process.stdout.write(`${line}\n`),
    });
  } finally {
    await trail.close();
    await pool.end();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected = error instanceof CommandFailure || error instanceof ConfigError || error instanceof BootError;
  process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
