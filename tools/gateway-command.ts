/** Runs a command of the gateway (`make keys-status`, …) on the database that the other tools use. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { checkout } from "./checkout.ts";
import { loadEnvironment, postgresPort } from "./environment.ts";
import { runMain, ToolFailure } from "./failure.ts";
import { loginsOf } from "./migrate/logins.ts";
import { migrateDatabase } from "./migrate/migrate.ts";
import { withEmbedded } from "./postgres/embedded.ts";
import { gatewayEnvironment, type ServiceUrls } from "./services.ts";

async function main(): Promise<number> {
  // `make` passes every argument that a command may take; those that were not given are empty.
  const [name = "", ...given] = process.argv.slice(2);
  const args = given.filter((argument) => !argument.endsWith("="));
  const environment = await loadEnvironment(checkout);
  const run = (urls: ServiceUrls): Promise<number> => {
    const command = ["--import", "tsx", "auth-gateway/src/cli/main.ts", name, ...args];
    const env = gatewayEnvironment(environment, urls);
    const child = spawn(process.execPath, command, { cwd: checkout, env, stdio: "inherit" });
    return new Promise((done, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => done(code ?? 1));
    });
  };
  const { AUTH_GATEWAY_DATABASE_URL: authGatewayUrl, RAG_API_DATABASE_URL: ragApiUrl = "" } = environment;
  if (authGatewayUrl !== undefined) return await run({ authGatewayUrl, ragApiUrl });
  if (environment.DATABASE_URL !== undefined) {
    throw new ToolFailure("AUTH_GATEWAY_DATABASE_URL is not set; `make migrate` makes it.");
  }
  return await withEmbedded(checkout, postgresPort(environment), async (urls) => {
    const folder = join(checkout, "migrations");
    await migrateDatabase({ ownerUrl: urls.migratorUrl, folder, logins: loginsOf(urls), say: () => undefined });
    return await run(urls);
  });
}

await runMain(main);
