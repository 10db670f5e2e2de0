/** `make bench [scale=0.01]`: rag-api over HTTP on a large history, on a cluster of its own that is removed afterwards. */
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { checkout } from "../checkout.ts";
import { startService } from "../dev/service.ts";
import { runMain, ToolFailure } from "../failure.ts";
import { loginsOf } from "../migrate/logins.ts";
import { migrateDatabase } from "../migrate/migrate.ts";
import { type DisposableServer, startDisposable } from "../postgres/disposable.ts";
import { findFreePort } from "../process/ports.ts";
import { ragApiCommand, ragApiEnvironment } from "../services.ts";
import { type Issuer, startIssuer } from "./issuer.ts";
import { measure } from "./measure.ts";
import { makeScenarios } from "./scenarios.ts";
import { type BenchUser, seed } from "./seed.ts";

const audience = "rag-api";
/** Messages of the users that are measured, and of those that are only there: two million together. */
const measured = [10_000, 100_000, 1_000_000];
const others = [445_000, 445_000];
const requests = 300;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readScale(argument: string): number {
  const scale = Number(argument === "" ? "1" : argument);
  if (!(scale > 0 && scale <= 1)) throw new ToolFailure("Give a scale above 0 and up to 1: make bench scale=0.01");
  return scale;
}

async function prepare(server: DisposableServer, scale: number): Promise<BenchUser[]> {
  const folder = join(checkout, "migrations");
  await migrateDatabase({
    ownerUrl: server.urls.migratorUrl,
    folder,
    logins: loginsOf(server.urls),
    say: () => undefined,
  });
  const client = new Client({ connectionString: server.superuserUrl });
  await client.connect();
  try {
    const start = Date.now();
    const sizes = [...measured, ...others].map((size) => Math.max(100, Math.round((size * scale) / 100) * 100));
    const users = await seed(client, sizes);
    const { rows } = await client.query("select pg_size_pretty(pg_database_size(current_database())) as size");
    const total = sizes.reduce((sum, size) => sum + size, 0);
    say(
      `${total.toLocaleString("en")} messages, ${rows[0].size}, seeded in ${Math.round((Date.now() - start) / 1000)} s`,
    );
    return users.slice(0, measured.length);
  } finally {
    await client.end();
  }
}

async function startApi(server: DisposableServer, issuer: Issuer) {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = { JWKS_URL: issuer.url, GATEWAY_URL: issuer.url, TOKEN_AUDIENCE: audience };
  const environment = ragApiEnvironment(
    { ...settings, PATH: process.env.PATH, RAG_API_PORT: String(port), FRONTEND_ORIGINS: url, LOG_LEVEL: "warn" },
    server.urls,
  );
  const service = await startService({
    name: "rag-api",
    command: ragApiCommand,
    environment,
    url,
    logs: server.folder,
  });
  return { url, service };
}

async function report(url: string, users: readonly BenchUser[], issuer: Issuer, count: number): Promise<void> {
  say(
    `${"messages of the user".padStart(20)}  ${"what".padEnd(26)}${["p50", "p95", "max"].map((p) => p.padStart(9)).join("")}  ms`,
  );
  for (const user of users) {
    for (const { name, urls } of makeScenarios(url, user, count)) {
      const { p50, p95, max } = await measure(urls, issuer.token(user));
      const numbers = [p50, p95, max].map((ms) => ms.toFixed(1).padStart(9)).join("");
      say(`${user.messages.toLocaleString("en").padStart(20)}  ${name.padEnd(26)}${numbers}`);
    }
  }
}

async function main(): Promise<number> {
  const scale = readScale(process.argv[2] ?? "");
  const processor = cpus()[0]?.model ?? "unknown processor";
  say(
    `${cpus().length} × ${processor}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, scale ${scale}`,
  );
  const server = await startDisposable(checkout, "bench");
  const issuer = await startIssuer(audience);
  try {
    const users = await prepare(server, scale);
    const { url, service } = await startApi(server, issuer);
    try {
      await service.waitUntilReady();
      // Above the number of processors, the times say as much of the neighbours as of the service.
      say(`load average before the requests: ${loadavg()[0]?.toFixed(1)}`);
      await report(url, users, issuer, Math.max(5, Math.round(requests * Math.min(1, scale * 10))));
    } finally {
      await service.stop();
    }
    return 0;
  } finally {
    issuer.close();
    await server.remove();
  }
}

await runMain(main);
