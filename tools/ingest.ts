/** `make ingest path=…`: rag-api's ingest command on the database that the other tools use. */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { checkout } from "./checkout.ts";
import { loadEnvironment, postgresPort } from "./environment.ts";
import { runMain, ToolFailure } from "./failure.ts";
import { loginsOf } from "./migrate/logins.ts";
import { migrateDatabase } from "./migrate/migrate.ts";
import { withEmbedded } from "./postgres/embedded.ts";
import { ingestCommand, ragApiEnvironment, type ServiceUrls } from "./services.ts";

async function main(): Promise<number> {
  const [path = ""] = process.argv.slice(2);
  if (path === "") throw new ToolFailure("Say what to load: make ingest path=docs");
  const environment = await loadEnvironment(checkout);
  const ingest = (urls: ServiceUrls): Promise<number> => {
    const [program, args] = ingestCommand([resolve(path)]);
    const child = spawn(program, args, { env: ragApiEnvironment(environment, urls), stdio: "inherit" });
    return new Promise((done, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => done(code ?? 1));
    });
  };
  if (environment.DATABASE_URL !== undefined) {
    const { AUTH_GATEWAY_DATABASE_URL: authGatewayUrl = "", RAG_API_DATABASE_URL: ragApiUrl } = environment;
    if (ragApiUrl === undefined) throw new ToolFailure("RAG_API_DATABASE_URL is not set; `make migrate` makes it.");
    return await ingest({ authGatewayUrl, ragApiUrl });
  }
  return await withEmbedded(checkout, postgresPort(environment), async (urls) => {
    const folder = join(checkout, "migrations");
    await migrateDatabase({ ownerUrl: urls.migratorUrl, folder, logins: loginsOf(urls), say: () => undefined });
    return await ingest(urls);
  });
}

await runMain(main);
