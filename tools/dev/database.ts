/** The database of `make dev`: the embedded one, or the one that DATABASE_URL names; migrated either way. */
import { join } from "node:path";
import { checkout } from "../checkout.ts";
import { type Environment, loadEnvironment, postgresPort } from "../environment.ts";
import { ToolFailure } from "../failure.ts";
import { type LoginSource, loginsFromEnvironment, loginsOf } from "../migrate/logins.ts";
import { migrateDatabase } from "../migrate/migrate.ts";
import { startEmbedded } from "../postgres/embedded.ts";
import type { RunningServer } from "../postgres/server.ts";
import type { ServiceUrls } from "../services.ts";
import { step } from "./progress.ts";

export interface DevDatabase {
  readonly urls: ServiceUrls;
  /** The server, when it is ours. */
  readonly server: RunningServer | undefined;
}

async function migrate(ownerUrl: string, logins: LoginSource): Promise<void> {
  const folder = join(checkout, "migrations");
  const applied = await migrateDatabase({ ownerUrl, folder, logins, say: step });
  if (applied.length === 0) step("Schema is up to date");
}

async function prepareOwn(ownerUrl: string): Promise<DevDatabase> {
  step(`Migrating the database at ${new URL(ownerUrl).host} (DATABASE_URL)`);
  await migrate(ownerUrl, loginsFromEnvironment(checkout, ownerUrl, step));
  const written = await loadEnvironment(checkout);
  const { AUTH_GATEWAY_DATABASE_URL: authGatewayUrl, RAG_API_DATABASE_URL: ragApiUrl } = written;
  if (authGatewayUrl === undefined || ragApiUrl === undefined) {
    throw new ToolFailure("AUTH_GATEWAY_DATABASE_URL and RAG_API_DATABASE_URL must not be empty in the environment.");
  }
  return { urls: { authGatewayUrl, ragApiUrl }, server: undefined };
}

/** `onStart` learns of the server before the migrations run, so that it is stopped whatever they do. */
export async function prepareDatabase(
  environment: Environment,
  onStart: (server: RunningServer) => void,
): Promise<DevDatabase> {
  if (environment.DATABASE_URL !== undefined) return await prepareOwn(environment.DATABASE_URL);
  const port = postgresPort(environment);
  step(`Starting PostgreSQL on port ${port}`);
  const server = await startEmbedded(checkout, port);
  onStart(server);
  step(`PostgreSQL runs; its data is in ${server.folder}`);
  await migrate(server.urls.migratorUrl, loginsOf(server.urls));
  return { urls: server.urls, server };
}
