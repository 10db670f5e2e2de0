/** Guesses at the secrets of machine clients, and at passkeys: bounded, and never in the way of the client itself. */
import { describe, expect, it } from "vitest";
import type { ClientCredentials } from "../src/clients/service.ts";
import { auditTrailOf } from "./harness/audit.ts";
import { FRONTEND } from "./harness/environment.ts";
import { json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const QUOTA = 6;
const suite = useGateway({
  env: {
    TRUSTED_PROXIES: "127.0.0.0/8,::1/128",
    PASSKEYS: "on",
    AUTH_LIMIT_CLIENT: `${QUOTA}/10m`,
    AUTH_LIMIT_ADDRESS: "15/10m",
  },
});
const trail = auditTrailOf(suite);

let hosts = 0;
const newAddress = () => `198.51.100.${++hosts}`;
const newClient = () =>
  suite.gateway.dependencies.clients.create({ name: "reports", scopes: ["documents:write"], audiences: ["rag-api"] });

const PATHS = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] as const;

function ask(path: string, { clientId, secret }: ClientCredentials, address: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`;
  const body = new URLSearchParams({ grant_type: "client_credentials", token: "x" });
  return fetch(suite.url + path, { method: "POST", headers: { authorization, "x-forwarded-for": address }, body });
}

const wrong = (client: ClientCredentials) => ({ ...client, secret: "guessed" });
const statuses = (answers: readonly Response[]) => answers.map(({ status }) => status);

describe.each(PATHS)("wrong secrets at %s", (path) => {
  it("are 401 so often, then 429 in OAuth's form, with what is left and when to come back", async () => {
    const [client, address] = [await newClient(), newAddress()];
    const answers: Response[] = [];
    for (let i = 0; i < QUOTA + 2; i++) answers.push(await ask(path, wrong(client), address));
    expect(statuses(answers)).toEqual([...Array(QUOTA).fill(401), 429, 429]);
    const left = answers.map(({ headers }) => headers.get("ratelimit-remaining"));
    expect(left).toEqual([...Array(QUOTA).keys()].map((used) => String(QUOTA - 1 - used)).concat("0", "0"));
    const refused = answers.at(-1) as Response;
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(590);
    expect(refused.headers.get("ratelimit-limit")).toBe(String(QUOTA));
    expect(await json(refused)).toMatchObject({ error: "temporarily_unavailable" });
  });

  it("pass the limit in no number, 50 at once", async () => {
    const [client, address] = [await newClient(), newAddress()];
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(path, wrong(client), address)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(QUOTA);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(50 - QUOTA);
  });
});

it("stop neither the client elsewhere nor its neighbours at the address", async () => {
  const [client, neighbour, address] = [await newClient(), await newClient(), newAddress()];
  for (let i = 0; i <= QUOTA; i++) await ask("/oauth2/token", wrong(client), address);
  expect((await ask("/oauth2/token", client, newAddress())).status).toBe(200);
  expect((await ask("/oauth2/token", neighbour, address)).status).toBe(200);
});

it("at many clients are stopped by the address, where a right secret still works", async () => {
  const [client, address] = [await newClient(), newAddress()];
  const answers: Response[] = [];
  for (let i = 0; i < 18; i++) {
    const clientId = `svc_${String(i).padStart(32, "0")}`;
    answers.push(await ask("/oauth2/token", { clientId, secret: "x" }, address));
  }
  expect(statuses(answers)).toEqual([...Array(15).fill(401), 429, 429, 429]);
  expect((await ask("/oauth2/token", client, address)).status).toBe(200);
});

it("a right secret costs no query of the counters, and none of the quota", async () => {
  const [client, address] = [await newClient(), newAddress()];
  const queries = await suite.gateway.queriesDuring(async () => {
    for (let i = 0; i < QUOTA + 2; i++) expect((await ask("/oauth2/token", client, address)).status).toBe(200);
  });
  expect(queries.filter((query) => query.includes("_counters("))).toEqual([]);
});

const signInByPasskey = (address: string) =>
  fetch(`${suite.url}/api/auth/passkey/verify-authentication`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: FRONTEND, "x-forwarded-for": address },
    body: JSON.stringify({ response: { id: "x", rawId: "x", type: "public-key", response: {} } }),
  });

it("sign-ins by worthless passkeys are bounded by the address", async () => {
  const address = newAddress();
  const answers: Response[] = [];
  for (let i = 0; i < 17; i++) answers.push(await signInByPasskey(address));
  expect(answers.slice(0, 15).every(({ status }) => status === 400 || status === 401)).toBe(true);
  expect(statuses(answers.slice(15))).toEqual([429, 429]);
  expect(answers[16]?.headers.get("ratelimit-limit")).toBe("15");
  expect(Number(answers[16]?.headers.get("retry-after"))).toBeGreaterThan(590);
});

it("the trail names the limit that refused, one row a minute and network", async () => {
  const client = await newClient();
  await trail.forget();
  const address = "203.0.113.9";
  for (let i = 0; i < QUOTA + 3; i++) await ask("/oauth2/token", wrong(client), address);
  const rows = await trail.rows();
  expect(rows.map(({ kind, reason, client_id }) => [kind, reason, client_id])).toEqual([
    ["token_refused", "invalid_client", client.clientId],
    ["rate_limited", "client", client.clientId],
  ]);
});
