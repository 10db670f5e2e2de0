/**
 * `make soak`: two gateways and three kinds of verifiers across three key rotations and a change of the secret. It takes
 * some minutes, ends by itself, and fails when one token was refused.
 */

import { spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout } from "../checkout.ts";
import { runMain, ToolFailure } from "../failure.ts";
import { findFreePort } from "../process/ports.ts";
import { createTestDatabase } from "../testing/database.ts";
import { startBalancer } from "./balancer.ts";
import { type Replica, type Settings, startReplica } from "./replica.ts";
import { startVerifiers, type Verifiers } from "./verifiers.ts";

/** Above the 30 seconds for which jose and PyJWT ask for no other key set; in production it is 20 minutes. */
const PUBLISH_AHEAD_S = 45;
const ROTATIONS = 3;
const LIMIT_MS = (ROTATIONS + 2) * PUBLISH_AHEAD_S * 1000;
const PAUSE_MS = 150;
const ORIGIN = "http://localhost:5173";

const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Tally {
  readonly kids: Set<string>;
  tokens: number;
  refused: number;
}

async function signUp(url: string): Promise<string> {
  const person = { name: "Soak", email: `${randomUUID()}@example.test`, password: randomUUID() };
  const headers = { "content-type": "application/json", origin: ORIGIN };
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers,
    body: JSON.stringify(person),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
  if (cookie === undefined) throw new ToolFailure(`sign-up answered ${response.status}`);
  return cookie;
}

async function issueAndVerify(replica: Replica, cookie: string, verifiers: Verifiers, tally: Tally): Promise<void> {
  const response = await fetch(`${replica.url}/api/auth/token`, { headers: { cookie } });
  if (!response.ok) {
    // A session that ends with a secret counts as much as a token that nobody takes.
    tally.refused += 1;
    return say(`no token: ${response.status} ${await response.text()}`);
  }
  const { token } = (await response.json()) as { token: string };
  const { kid } = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { kid: string };
  if (!tally.kids.has(kid)) say(`tokens are signed by ${kid}`);
  tally.kids.add(kid);
  tally.tokens += 1;
  const refusals = Object.entries(await verifiers.refusals(token));
  if (refusals.length > 0) tally.refused += 1;
  for (const [verifier, refusal] of refusals) say(`refused by ${verifier}: ${refusal}`);
}

/** The steps that `make secrets-rotate` explains, one replica after the other. */
async function rotateSecret(
  replicas: readonly Replica[],
  common: Settings,
  [old, added]: readonly string[],
): Promise<void> {
  for (const secrets of [`1:${old},2:${added}`, `2:${added},1:${old}`]) {
    for (const replica of replicas) await replica.restart({ ...common, AUTH_SECRETS: secrets });
    say(`both replicas run with the secrets ${secrets.replace(/:[^,]+/g, "")}`);
  }
  const command = ["--import", "tsx", "auth-gateway/src/cli/main.ts", "secrets-rotate"];
  const env = { PATH: process.env["PATH"], ...common, AUTH_SECRETS: `2:${added},1:${old}` };
  const { status } = spawnSync(process.execPath, command, { cwd: checkout, env, stdio: "ignore" });
  if (status !== 0) throw new ToolFailure("secrets-rotate failed");
  say("the private keys lie under secret 2");
}

async function soak(
  replicas: readonly [Replica, Replica],
  common: Settings,
  secrets: readonly string[],
): Promise<Tally> {
  const balancer = await startBalancer(replicas);
  const verifiers = startVerifiers(balancer.jwksUrl, String(common["GATEWAY_URL"]), "rag-api");
  const tally: Tally = { kids: new Set(), tokens: 0, refused: 0 };
  const cookie = await signUp(replicas[0].url);
  const deadline = Date.now() + LIMIT_MS;
  let failure: unknown;
  const secretRotation = rotateSecret(replicas, common, secrets).catch((error: unknown) => {
    failure = error;
  });
  while (tally.kids.size <= ROTATIONS && Date.now() < deadline && failure === undefined) {
    for (const replica of replicas) if (replica.ready) await issueAndVerify(replica, cookie, verifiers, tally);
    await sleep(PAUSE_MS);
  }
  await secretRotation;
  verifiers.stop();
  balancer.stop();
  if (failure !== undefined) throw failure;
  return tally;
}

async function main(): Promise<number> {
  const database = await createTestDatabase();
  const [one, two] = [await findFreePort(), await findFreePort()];
  const secrets = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
  const common: Settings = {
    AUTH_GATEWAY_DATABASE_URL: database.authGatewayUrl,
    GATEWAY_URL: `http://localhost:${one}`,
    FRONTEND_ORIGINS: ORIGIN,
    AUTH_SECRETS: `1:${secrets[0]}`,
    KEY_PUBLISH_AHEAD: `${PUBLISH_AHEAD_S}s`,
    KEY_ROTATION_INTERVAL: `${PUBLISH_AHEAD_S}s`,
  };
  const replicas = [await startReplica(one, common), await startReplica(two, common)] as const;
  try {
    const { tokens, refused, kids } = await soak(replicas, common, secrets);
    say(`${refused} of ${tokens} tokens refused, ${kids.size - 1} rotations, 1 change of the secret`);
    return refused === 0 && kids.size > ROTATIONS ? 0 : 1;
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await database.drop();
  }
}

await runMain(main);
