/** `make doctor` on real services: nothing to say of healthy ones, and each fault in words. */
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout } from "../checkout.ts";
import { runTool } from "../testing/commands.ts";
import { createEmptyDatabase, type TestDatabase } from "../testing/database.ts";
import { type Services, startServices } from "../testing/services.ts";

let services: Services;
let empty: TestDatabase;
const servers: Server[] = [];

beforeAll(async () => {
  services = await startServices();
  empty = await createEmptyDatabase();
}, 90_000);

afterAll(async () => {
  for (const server of servers) server.close();
  await services?.stop();
  await empty?.drop();
});

interface Visit {
  readonly env?: Record<string, string>;
  readonly ragApi?: string;
}

/** Every variable is given, so that a developer's own `.env` has no say; an empty one counts as unset. */
async function visit({ env = {}, ragApi = services.ragApi.url }: Visit = {}) {
  const environment = {
    DATABASE_URL: "",
    AUTH_GATEWAY_DATABASE_URL: services.database.authGatewayUrl,
    RAG_API_DATABASE_URL: services.database.ragApiUrl,
    GATEWAY_URL: services.gateway.url,
    FRONTEND_ORIGINS: "http://localhost:5173",
    AUTH_SECRETS: "1:f3Jk9qX0aZ7LwYvT2uNcRb8sGdHmPe5oVxKiQ1yWtEg",
    JWKS_URL: "",
    AGENT: "",
    ...env,
  };
  const { status, output } = await runTool("tools/doctor/main.ts", [ragApi], { cwd: checkout, env: environment });
  const lines = output.split("\n");
  const faults = lines.filter((line) => line.startsWith("✗"));
  return { status, output, faults, good: lines.filter((line) => line.startsWith("✓")) };
}

function listen(server: Server): Promise<string> {
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://localhost:${(server.address() as AddressInfo).port}`));
  });
}

/** Passes everything on, and changes the answer's headers. */
function proxyTo(
  target: string,
  change: (headers: Record<string, unknown>) => Record<string, unknown>,
): Promise<string> {
  return listen(
    createServer((incoming, outgoing) => {
      const { method, url = "/", headers } = incoming;
      const passed = request(new URL(url, target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, change(answer.headers) as Record<string, string>);
        answer.pipe(outgoing);
      });
      incoming.pipe(passed);
    }),
  );
}

const always = (status: number, body: unknown): Promise<string> =>
  listen(createServer((_request, response) => response.writeHead(status).end(JSON.stringify(body))));

it("finds nothing wrong with healthy services, and ends with 0", async () => {
  const { status, faults, good, output } = await visit();
  expect(faults).toEqual([]);
  expect(status).toBe("exit code 0");
  expect(good.length).toBeGreaterThan(15);
  expect(output).toContain("Nothing is wrong.");
  expect(output).not.toContain(new URL(services.database.authGatewayUrl).password);
});

interface Fault {
  readonly name: string;
  readonly visit: () => Visit | Promise<Visit>;
  readonly says: RegExp;
  readonly advises: RegExp;
}

const shift = (seconds: number) => (headers: Record<string, unknown>) => ({
  ...headers,
  date: new Date(Date.now() + seconds * 1000).toUTCString(),
});

const faults: readonly Fault[] = [
  {
    name: "a bad variable of the gateway",
    visit: () => ({ env: { AUTH_SECRETS: "1:short" } }),
    says: /auth-gateway's configuration: AUTH_SECRETS: secret 1 has/,
    advises: /start the services again/,
  },
  {
    name: "a bad variable of rag-api",
    visit: () => ({ env: { AGENT: "openai" } }),
    says: /rag-api's configuration: OPENAI_BASE_URL/,
    advises: /start the services again/,
  },
  {
    name: "localhost mixed with 127.0.0.1",
    visit: () => ({ env: { FRONTEND_ORIGINS: "http://127.0.0.1:5173" } }),
    says: /http:\/\/127\.0\.0\.1:5173 and http:\/\/localhost:\d+ are both this machine, and two sites/,
    advises: /Open the frontend at http:\/\/localhost:5173/,
  },
  {
    name: "another site over http",
    visit: () => ({ env: { FRONTEND_ORIGINS: "http://app.example.com" } }),
    says: /http:\/\/app\.example\.com is another site than .*, which is not https/,
    advises: /over https/,
  },
  {
    name: "services that run with other origins",
    visit: () => ({ env: { FRONTEND_ORIGINS: "http://localhost:9999" } }),
    says: /auth-gateway refuses http:\/\/localhost:9999, which FRONTEND_ORIGINS lists[\s\S]*rag-api refuses http:\/\/localhost:9999/,
    advises: /runs with another FRONTEND_ORIGINS/,
  },
  {
    name: "a proxy that rewrites cookies",
    visit: async () => ({
      env: {
        GATEWAY_URL: await proxyTo(services.gateway.url, (headers) => ({
          ...headers,
          "set-cookie": "auth.session_token=; Path=/",
        })),
      },
    }),
    says: /The session cookie lacks SameSite=lax/,
    advises: /proxy rewrites cookies/,
  },
  {
    name: "a gateway whose clock is ahead",
    visit: async () => ({ env: { GATEWAY_URL: await proxyTo(services.gateway.url, shift(90)) } }),
    says: /auth-gateway's clock is (89|90)(\.\d)? s ahead of/,
    advises: /NTP/,
  },
  {
    name: "a rag-api whose clock is behind",
    visit: async () => ({ ragApi: await proxyTo(services.ragApi.url, shift(-60)) }),
    says: /rag-api's clock is (59|60|61)(\.\d)? s behind/,
    advises: /NTP/,
  },
  {
    name: "an issuer that is not the real address",
    visit: () => ({
      env: {
        GATEWAY_URL: services.gateway.url.replace("localhost", "127.0.0.1"),
        FRONTEND_ORIGINS: "http://127.0.0.1:5173",
      },
    }),
    says: /says that its address is http:\/\/localhost:\d+[\s\S]*rag-api expects tokens of http:\/\/127\.0\.0\.1/,
    advises: /Set GATEWAY_URL to the address that the outside uses/,
  },
  {
    name: "a JWKS_URL that nobody answers",
    visit: () => ({ env: { JWKS_URL: "http://127.0.0.1:1/.well-known/jwks.json" } }),
    says: /No key set at JWKS_URL, http:\/\/127\.0\.0\.1:1\/.*: nobody answers/,
    advises: /Set JWKS_URL to where rag-api reaches/,
  },
  {
    name: "a JWKS_URL of another gateway",
    visit: async () => ({ env: { JWKS_URL: await always(200, { keys: [{ kid: "other" }] }) } }),
    says: /has other keys than the gateway/,
    advises: /another gateway's/,
  },
  {
    name: "a pooled DATABASE_URL",
    visit: () => ({ env: { DATABASE_URL: "postgresql://o:p@ep-x-1-pooler.eu-central-1.aws.neon.tech/app" } }),
    says: /DATABASE_URL goes through a pooler/,
    advises: /Put the direct host there/,
  },
  {
    name: "pending migrations",
    visit: () => ({ env: { AUTH_GATEWAY_DATABASE_URL: empty.authGatewayUrl } }),
    says: /The database is not at this version: 0000_tables pending/,
    advises: /Run make migrate/,
  },
  {
    name: "a database that is not there",
    visit: () => ({ env: { RAG_API_DATABASE_URL: "postgresql://rag_api:secret@127.0.0.1:1/app" } }),
    says: /RAG_API_DATABASE_URL can't be used: .*ECONNREFUSED/,
    advises: /Is the database running/,
  },
  {
    name: "a service that is not there",
    visit: () => ({ ragApi: "http://127.0.0.1:1" }),
    says: /rag-api does not answer at http:\/\/127\.0\.0\.1:1/,
    advises: /Is it running/,
  },
  {
    name: "a service that is not ready",
    visit: async () => ({ ragApi: await always(503, { checks: { database: "ok", keys: "failing" } }) }),
    says: /rag-api is not ready: keys failing/,
    advises: /Its log says why/,
  },
  {
    name: "somebody else at the address",
    visit: async () => ({ ragApi: await always(404, { hello: "world" }) }),
    says: /is not rag-api: \/readyz gives 404/,
    advises: /Is that its address/,
  },
];

describe("explains", () => {
  it.each(faults)("$name", async ({ visit: describeVisit, says, advises }) => {
    const { status, output, faults: found } = await visit(await describeVisit());
    expect(output).toMatch(says);
    expect(output).toMatch(advises);
    expect(found.length).toBeGreaterThan(0);
    expect(status).toBe("exit code 1");
    expect(output).not.toContain(new URL(services.database.authGatewayUrl).password);
  });
});
