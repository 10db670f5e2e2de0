/** The gateway's half of a person's data, and the deletion of an account where nothing can be mailed. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditTrailOf } from "./harness/audit.ts";
import { startGateway } from "./harness/gateway.ts";
import { asOwner } from "./harness/owner.ts";
import { Browser, newPerson, signUp, signUpBearer } from "./harness/people.ts";
import { expectProblem, json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const suite = useGateway();
const trail = auditTrailOf(suite);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Python's zipfile checks every checksum while it reads. */
async function unpack(bytes: Buffer): Promise<Record<string, string>> {
  const path = join(folder, `${Math.random()}.zip`);
  await writeFile(path, bytes);
  const script =
    "import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); json.dump({n: z.read(n).decode() for n in z.namelist()}, sys.stdout)";
  const { stdout } = await promisify(execFile)("python3", ["-c", script, path], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout);
}

const linesOf = (text = ""): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

describe("the export", () => {
  it("needs a session", async () => {
    await expectProblem(await fetch(`${suite.url}/api/account/export`), "authentication_required");
  });

  it("holds profile, sessions, linked accounts and security events, no secret, and a true manifest at the end", async () => {
    const person = { ...newPerson(), name: "Ada «Lovelace» 👩‍💻 \u202Eאדא" };
    const browser = await signUp(suite.url, person);
    for (let tries = 0; tries < 3; tries += 1) await browser.post("/api/auth/update-user", { image: `i${tries}` });
    const other = await new Browser(suite.url).post("/api/auth/sign-in/email", { ...person, password: "wrong" });
    expect(other.status).toBe(401);
    await suite.gateway.dependencies.audit.flush();
    const response = await browser.fetch("/api/account/export");
    expect(response.headers.get("content-type")).toBe("application/zip");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const bytes = Buffer.from(await response.arrayBuffer());
    const files = await unpack(bytes);
    const { [Object.keys(files).length - 1]: last } = Object.keys(files);
    expect(last).toBe("manifest.json");
    expect(linesOf(files["profile.jsonl"])).toEqual([
      expect.objectContaining({ name: person.name, email: person.email, image: "i2" }),
    ]);
    expect(linesOf(files["sessions.jsonl"])).toHaveLength(1);
    expect(linesOf(files["linked-accounts.jsonl"])).toEqual([expect.objectContaining({ providerId: "credential" })]);
    expect(linesOf(files["security-events.jsonl"]).map(({ kind }) => kind)).toContain("sign_in_failed");
    const manifest = JSON.parse(files["manifest.json"] ?? "");
    expect(manifest).toMatchObject({ format: "auth-gateway-account", version: 1 });
    for (const { name, rows, sha256 } of manifest.files) {
      expect(
        createHash("sha256")
          .update(files[name] ?? "")
          .digest("hex"),
      ).toBe(sha256);
      expect(linesOf(files[name])).toHaveLength(rows);
    }
    const [stored] = (await asOwner(
      suite.database,
      `select a.password, s.token from auth.account a join auth.session s using (user_id)
         join auth."user" u on u.id = a.user_id where u.email = $1`,
      [person.email],
    )) as Record<string, string>[];
    const text = Object.values(files).join();
    for (const secret of Object.values(stored ?? {})) expect(text).not.toContain(secret);
    expect(await trail.rows()).toContainEqual(expect.objectContaining({ kind: "account_exported" }));
  });

  it("goes through all pages, and takes a bearer session", async () => {
    const person = newPerson();
    const token = await signUpBearer(suite.url, person);
    await suite.gateway.dependencies.audit.flush();
    await asOwner(
      suite.database,
      `insert into auth.audit_event (id, occurred_at, kind, outcome, subject)
         select gen_random_uuid(), now() - make_interval(mins => i), 'sign_out', 'success', s.subject
           from generate_series(1, 250) i, auth.audit_subject s join auth."user" u on u.id = s.user_id
           where u.email = '${person.email}'`,
    );
    const response = await fetch(`${suite.url}/api/account/export`, { headers: { authorization: `Bearer ${token}` } });
    const files = await unpack(Buffer.from(await response.arrayBuffer()));
    const events = linesOf(files["security-events.jsonl"]);
    expect(events.filter(({ kind }) => kind === "sign_out")).toHaveLength(250);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });
});

describe("without mail", () => {
  const remove = (browser: Browser, body: object) =>
    browser.fetch("/api/account", {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  it("a deletion is scheduled at once, and the answer alone has the link that undoes it, on a page with a button", async () => {
    const person = newPerson();
    const browser = await signUp(suite.url, person);
    const asked = await json<{ status: string; undoUrl: string }>(await remove(browser, { password: person.password }));
    expect(asked.status).toBe("scheduled");
    const [, token] = /^http:\/\/localhost:3000\/account\/undo-deletion#token=([\w-]{43})$/.exec(asked.undoUrl) ?? [];
    await expectProblem(await browser.fetch("/api/account"), "authentication_required");
    await expectProblem(await new Browser(suite.url).post("/api/auth/sign-in/email", person), "account_in_deletion");
    const page = await (await fetch(`${suite.url}/account/undo-deletion`)).text();
    expect(page).toContain('action="/api/account/deletion/undo"');
    expect((await fetch(`${suite.url}/account/confirm-deletion`)).status).toBe(404);
    const again = new Browser(suite.url);
    await expectProblem(await again.post("/api/account/deletion/undo", { token: "x" }), "invalid_link");
    expect((await again.post("/api/account/deletion/undo", { token })).status).toBe(200);
    expect((await again.post("/api/auth/sign-in/email", person)).status).toBe(200);
  });

  it("wrong passwords are limited as everywhere", async () => {
    const browser = await signUp(suite.url);
    const answers: number[] = [];
    for (let tries = 0; tries < 11; tries += 1) answers.push((await remove(browser, { password: "x" })).status);
    expect(answers).toEqual([...Array<number>(10).fill(400), 429]);
  });

  it.each([
    ["20h", false],
    ["21h", true],
  ])("a grace of %s is warned of at boot: %s", async (ERASURE_GRACE, warned) => {
    const gateway = await startGateway(suite.database.authGatewayUrl, { env: { ERASURE_GRACE } });
    await gateway.close();
    expect(gateway.logText().includes("ERASURE_GRACE is longer than 20h")).toBe(warned);
  });

  it("a session that slips in between does not: the database refuses it", async () => {
    const person = newPerson();
    const browser = await signUp(suite.url, person);
    await remove(browser, {});
    await expect(
      asOwner(
        suite.database,
        `insert into auth.session (id, user_id, token, expires_at)
           select gen_random_uuid(), u.id, 'x', now() + interval '1 day' from auth."user" u where u.email = $1`,
        [person.email],
      ),
    ).rejects.toMatchObject({ code: "RG403" });
  });
});
