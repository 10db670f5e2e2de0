/** Is the database the right one, reached the right way, migrated far enough, and on time? */
import { join } from "node:path";
import { Client } from "pg";
import { checkout } from "../checkout.ts";
import { listApplied } from "../migrate/apply.ts";
import { loadMigrations } from "../migrate/files.ts";
import { compare } from "../migrate/plan.ts";
import { bad, type Finding, good } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { judgeClock } from "./services.ts";

export async function checkDatabase({ environment, urls }: Patient): Promise<Finding[]> {
  const findings = checkPooling(environment.DATABASE_URL);
  if (urls === undefined) return findings;
  for (const [variable, url] of [
    ["AUTH_GATEWAY_DATABASE_URL", urls.authGatewayUrl],
    ["RAG_API_DATABASE_URL", urls.ragApiUrl],
  ] as const) {
    findings.push(...(await checkLogin(variable, url)));
  }
  return findings;
}

const pooler = (url: string): boolean => {
  const { hostname, port } = new URL(url);
  return /-pooler\./.test(hostname) || port === "6432";
};

function checkPooling(ownerUrl: string | undefined): Finding[] {
  if (ownerUrl === undefined || !URL.canParse(ownerUrl)) return [];
  const { host } = new URL(ownerUrl);
  if (!pooler(ownerUrl)) return [good(`DATABASE_URL is a direct one (${host})`)];
  return [
    bad(
      `DATABASE_URL goes through a pooler (${host}): migrations need a session of their own`,
      "Put the direct host there; the two services' URLs may keep the pooled one.",
    ),
  ];
}

async function checkLogin(variable: string, url: string): Promise<Finding[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      bad(`${variable} can't be used: ${reason}`, "Is the database running? make migrate sets the roles' passwords."),
    ];
  }
  try {
    const way = pooler(url) ? "through a pooler, in transaction mode as it must be" : "directly";
    const findings = [good(`${variable} connects ${way}`)];
    if (variable === "AUTH_GATEWAY_DATABASE_URL") {
      findings.push(await checkClock(client), await checkMigrations(client));
    }
    return findings;
  } finally {
    await client.end();
  }
}

async function checkClock(client: Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ now: string }>("select extract(epoch from clock_timestamp()) * 1000 as now");
  return judgeClock("the database", Number(rows[0]?.now) - (before + Date.now()) / 2);
}

async function checkMigrations(client: Client): Promise<Finding> {
  const statuses = compare(
    await loadMigrations(join(checkout, "migrations")),
    await listApplied(client).catch(() => []),
  );
  const open = statuses.filter(({ state }) => state !== "applied");
  if (open.length === 0) return good("Every migration is applied");
  const words = open.map(({ name, state }) => `${name} ${state}`).join(", ");
  return bad(
    `The database is not at this version: ${words}`,
    "Run make migrate; make migrate-status explains each one.",
  );
}
