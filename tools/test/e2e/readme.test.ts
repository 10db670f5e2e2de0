/** The README, followed to the letter in a fresh copy of the project: only the ports differ. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkout } from "../../checkout.ts";
import { hasExited } from "../../process/guarded.ts";
import { findFreePort } from "../../process/ports.ts";
import { processesOf, removeCheckout } from "../../testing/checkouts.ts";

const readme = readFileSync(join(checkout, "README.md"), "utf8");
const commands = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
const clone = mkdtempSync(join(tmpdir(), "fresh-clone-"));
const ports: Record<string, string> = {};
let running: ChildProcess | undefined;

function copyCheckout(): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: checkout,
  });
  for (const file of listed.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(checkout, file), join(clone, file));
  }
}

const withPorts = (text: string) =>
  text.replaceAll(":3000", `:${ports["GATEWAY_PORT"]}`).replaceAll(":8000", `:${ports["RAG_API_PORT"]}`);

function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TEST_|VITEST|NODE_ENV$|DATABASE_URL$)/.test(name),
  );
  const gatewayUrl = `http://localhost:${ports["GATEWAY_PORT"]}`;
  return { ...Object.fromEntries(inherited), ...ports, GATEWAY_URL: gatewayUrl };
}

/** `make dev`, until both services are ready; gives what it printed. */
async function makeDev(): Promise<() => string> {
  const child = spawn("make", ["dev"], {
    cwd: clone,
    env: environment(),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const urls = [ports["GATEWAY_PORT"], ports["RAG_API_PORT"]].map((port) => `http://localhost:${port}/readyz`);
  while (!(await Promise.all(urls.map(isReady))).every(Boolean) || !output.includes("curl ")) {
    if (hasExited(child)) throw new Error(`make dev has ended:\n${output}`);
    await sleep(100);
  }
  return () => output;
}

async function isReady(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

/** What a terminal does on Ctrl-C: SIGINT to the whole foreground process group. */
async function pressCtrlC(): Promise<number | null> {
  const child = running;
  if (child?.pid === undefined) throw new Error("nothing is running");
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGINT");
  const [code] = await ended;
  running = undefined;
  return code;
}

const shell = (script: string) =>
  execFileSync("bash", ["-euo", "pipefail", "-c", withPorts(script)], { cwd: clone, env: environment() }).toString();

beforeAll(async () => {
  for (const name of ["GATEWAY_PORT", "RAG_API_PORT", "POSTGRES_PORT", "MAILBOX_PORT"])
    ports[name] = String(await findFreePort());
  copyCheckout();
});

afterAll(async () => {
  if (running !== undefined && !hasExited(running)) await pressCtrlC();
  removeCheckout(clone);
}, 120_000);

it("names make dev, the curls and make test", () => {
  expect(commands).toHaveLength(3);
  expect(commands[0]).toBe("make dev\n");
  expect(commands[2]).toBe("make test\n");
});

it("leads from make dev to a cited answer that survives Ctrl-C and a new start", { timeout: 600_000 }, async () => {
  const first = await makeDev();
  expect(statSync(join(clone, ".env")).mode & 0o777).toBe(0o600);
  const printed = first().match(/^.*\bcurl .*$/m)?.[0] ?? "";
  expect(shell(printed.replace(/^.*?(?=curl )/, ""))).not.toBe("");

  const output = shell(commands[1] ?? "");
  expect(output).toContain('"email":"ada@example.com"');
  expect(output).toMatch(/"type":"source-(document|url)"/);
  expect(output).toMatch(/5 minutes|300 seconds/);
  expect(output).toContain("data: [DONE]");
  expect(output).toContain('"id":"my-first-chat"');

  expect(await pressCtrlC()).not.toBe(1);
  expect(processesOf(clone)).toEqual([]);

  const restarted = Date.now();
  await makeDev();
  expect(Date.now() - restarted).toBeLessThan(30_000);
  const history = shell(`
    curl -sS -c cookies.txt http://localhost:3000/api/auth/sign-in/email -H 'content-type: application/json' \
      -d '{"email": "ada@example.com", "password": "correct horse battery staple"}' > /dev/null
    TOKEN=$(curl -sS -b cookies.txt http://localhost:3000/api/auth/token | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
    curl -sS http://localhost:8000/v1/conversations/my-first-chat/messages -H "authorization: Bearer $TOKEN"`);
  expect(history).toContain("How long does an access token live?");
  expect(history).toMatch(/5 minutes|300 seconds/);
  await pressCtrlC();
  expect(processesOf(clone)).toEqual([]);
});
