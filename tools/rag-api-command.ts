/** Runs a command of rag-api on the database that the other tools use. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { checkout } from "./checkout.ts";
import { loadEnvironment, postgresPort } from "./environment.ts";
import { ToolFailure } from "./failure.ts";
import { loginsOf } from "./migrate/logins.ts";
import { migrateDatabase } from "./migrate/migrate.ts";
import { withEmbedded } from "./postgres/embedded.ts";
import { type Command, ragApiEnvironment, type ServiceUrls } from "./services.ts";

/** Gives the command's exit code. Raises ToolFailure when the database is not known. */
export async function runRagApiCommand([program, args]: Command): Promise<number> {
  const environment = await loadEnvironment(checkout);
  const run = (urls: ServiceUrls): Promise<number> => {
    const child = spawn(program, args, { env: ragApiEnvironment(environment, urls), stdio: "inherit" });
    return new Promise((done, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => done(code ?? 1));
    });
  };
  if (environment.DATABASE_URL !== undefined) {
    const { AUTH_GATEWAY_DATABASE_URL: authGatewayUrl = "", RAG_API_DATABASE_URL: ragApiUrl } = environment;
    if (ragApiUrl === undefined) throw new ToolFailure("RAG_API_DATABASE_URL is not set; `make migrate` makes it.");
    return await run({ authGatewayUrl, ragApiUrl });
  }
  return await withEmbedded(checkout, postgresPort(environment), async (urls) => {
    const folder = join(checkout, "migrations");
    await migrateDatabase({ ownerUrl: urls.migratorUrl, folder, logins: loginsOf(urls), say: () => undefined });
    return await run(urls);
  });
}
