/** Runs the test suites, or any command after `--`, against a private PostgreSQL with a migrated template database. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { checkout } from "./checkout.ts";
import { runMain } from "./failure.ts";
import { loginsOf } from "./migrate/logins.ts";
import { migrateDatabase } from "./migrate/migrate.ts";
import type { DatabaseUrls } from "./postgres/credentials.ts";
import { startDisposable } from "./postgres/disposable.ts";
import { signalOnce } from "./process/signals.ts";

const template = "template_app";

const vitest = [join(checkout, "node_modules", ".bin", "vitest"), "run"];

/** Files of the gateway's suite that measure the machine, show a browser or read values: the driver would change nothing in them. */
const driverless = [
  "sign-in-load",
  "mail",
  "mail-tls",
  "account-pages",
  "audit-command",
  "cli",
  "hash-admission",
  "web",
  "verify-mode",
  "cross-origin",
  "openapi",
  "hash-gate",
  "breached-passwords",
  "client-address",
  "config",
  "origins",
];

/** The gateway's suite runs twice: on pg, and on Neon's driver through a local relay. The browser's tests are `make e2e`. */
const suites = [
  [...vitest, "--project", "!web"],
  [
    "env",
    "TEST_DATABASE_DRIVER=neon",
    ...vitest,
    "--project",
    "auth-gateway",
    ...driverless.flatMap((name) => ["--exclude", `**/${name}.test.ts`]),
  ],
  [
    join(checkout, "rag-api", ".venv", "bin", "pytest"),
    "rag-api/tests",
    "-c",
    "rag-api/pyproject.toml",
    ...["--numprocesses", "2", "--dist", "loadfile"],
  ],
];

/** The exit code that a shell gives for an end by a signal. */
const codeFor = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** Runs one command in the foreground group, so that Ctrl-C reaches it directly; a TERM is passed on. */
function run([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: process.cwd(), env, stdio: "inherit" });
    const pass = () => child.kill("SIGTERM");
    process.on("SIGTERM", pass);
    child.once("error", (error) => {
      process.stderr.write(`cannot run ${program}: ${error.message}\n`);
      resolve(127);
    });
    child.once("exit", (code, signal) => {
      process.off("SIGTERM", pass);
      resolve(signal === null ? (code ?? 1) : codeFor(signal));
    });
  });
}

function testEnvironment(urls: DatabaseUrls): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TEST_MIGRATOR_URL: urls.migratorUrl,
    TEST_AUTH_GATEWAY_URL: urls.authGatewayUrl,
    TEST_RAG_API_URL: urls.ragApiUrl,
  };
}

/** Migrates the template, and closes it: a connection, whoever holds it, would make cloning fail. */
async function prepareTemplate(urls: DatabaseUrls): Promise<void> {
  const folder = join(checkout, "migrations");
  await migrateDatabase({ ownerUrl: urls.migratorUrl, folder, logins: loginsOf(urls), say: () => undefined });
  const client = new Client({ connectionString: urls.migratorUrl.replace(/[^/]+$/, "postgres") });
  await client.connect();
  await client.query(`alter database ${template} allow_connections false`).finally(() => client.end());
}

async function main(): Promise<number> {
  const separator = process.argv.indexOf("--");
  const commands = separator === -1 ? suites : [process.argv.slice(separator + 1)];
  const signalled = signalOnce();
  const server = await startDisposable(checkout, template);
  try {
    await prepareTemplate(server.urls);
    let worst = 0;
    for (const command of commands) {
      if (signalled.received !== undefined) break;
      const code = await run(command, testEnvironment(server.urls));
      // Of a signal to the whole group the command's end can be seen before our own copy.
      if (code > 128) return code;
      worst = worst || code;
    }
    return signalled.received === undefined ? worst : codeFor(signalled.received);
  } finally {
    await server.remove();
  }
}

await runMain(main);
