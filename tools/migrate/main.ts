/** `make migrate`, `make migrate-status` and `make migration name=…`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkout } from "../checkout.ts";
import { loadEnvironment, postgresPort } from "../environment.ts";
import { runMain, ToolFailure } from "../failure.ts";
import { withEmbedded } from "../postgres/embedded.ts";
import { type LoginSource, loginsFromEnvironment, loginsOf } from "./logins.ts";
import { migrateDatabase, readStatus } from "./migrate.ts";

const folder = join(checkout, "migrations");

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function withDatabase<T>(use: (ownerUrl: string, logins: LoginSource) => Promise<T>): Promise<T> {
  const environment = await loadEnvironment(checkout);
  const ownerUrl = environment.DATABASE_URL;
  if (ownerUrl !== undefined) return await use(ownerUrl, loginsFromEnvironment(checkout, ownerUrl, say));
  return await withEmbedded(checkout, postgresPort(environment), (urls) => use(urls.migratorUrl, loginsOf(urls)));
}

async function apply(): Promise<number> {
  const applied = await withDatabase((ownerUrl, logins) => migrateDatabase({ ownerUrl, folder, logins, say }));
  if (applied.length === 0) say("The schema is up to date.");
  return 0;
}

async function status(): Promise<number> {
  const statuses = await withDatabase((ownerUrl) => readStatus(ownerUrl, folder));
  for (const { name, state, appliedAt } of statuses)
    say([name, state, appliedAt?.toISOString() ?? ""].join("\t").trim());
  return statuses.some(({ state }) => state !== "applied" && state !== "pending") ? 1 : 0;
}

async function generate(name: string | undefined, custom: boolean): Promise<number> {
  if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
    throw new ToolFailure("Give the migration a name of a-z, 0-9 and _: make migration name=add_thing [custom=1]");
  }
  const kit = join(checkout, "node_modules", ".bin", "drizzle-kit");
  const args = ["generate", `--name=${name}`, ...(custom ? ["--custom"] : [])];
  const { status: code } = spawnSync(kit, args, { cwd: join(checkout, "shared-schema"), stdio: "inherit" });
  return code ?? 1;
}

const [command, name, kind] = process.argv.slice(2);
const commands: Record<string, () => Promise<number>> = {
  apply,
  status,
  new: () => generate(name, kind === "custom"),
};
const run = commands[command ?? "apply"];
await runMain(run ?? (() => Promise.reject(new ToolFailure(`Unknown command ${command}: apply, status or new.`))));
