/** Mail over TLS: a certificate that is trusted carries it, one that is not gets neither the password nor the mail. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tools/testing/database.ts";
import { testEnvironment } from "./harness/environment.ts";
import { type GatewayProcess, spawnGateway } from "./harness/gateway-process.ts";
import { Browser, newPerson } from "./harness/people.ts";
import { type SmtpHarness, startSmtp } from "./harness/smtp.ts";
import { makeCertificate } from "./harness/tls-sites.ts";
import { eventually } from "./harness/wait.ts";

const login = { user: "mailer", password: "the mail password" };
const folder = mkdtempSync(join(tmpdir(), "smtps-"));
const authority = join(folder, "cert.pem");
let database: TestDatabase;
let smtp: SmtpHarness;

beforeAll(async () => {
  const tls = makeCertificate();
  writeFileSync(authority, tls.cert);
  database = await createTestDatabase();
  smtp = await startSmtp({ login, tls });
});

afterAll(async () => {
  await smtp?.close();
  await database?.drop();
  rmSync(folder, { recursive: true });
});

/** Node reads the certificates that it trusts besides its own when the process begins. */
async function askForMail(
  env: Record<string, string>,
  work: (gateway: GatewayProcess, email: string) => Promise<void>,
) {
  const mail = { SMTP_URL: smtp.url, MAIL_FROM: "no-reply@example.test", SIGN_UP: "verify", ...env };
  const gateway = spawnGateway(testEnvironment(database.authGatewayUrl, mail));
  try {
    const person = newPerson();
    const url = await gateway.listening;
    expect((await new Browser(url).post("/api/auth/sign-up/email", person)).status).toBe(200);
    await work(gateway, person.email);
  } finally {
    gateway.child.kill("SIGTERM");
    await gateway.exited;
  }
}

it("arrives when the certificate is trusted, with the password", async () => {
  await askForMail({ NODE_EXTRA_CA_CERTS: authority }, async (_gateway, email) => {
    await eventually(() => smtp.lettersTo(email).length === 1);
  });
});

it("stays in the outbox when it is not, and the log says why", async () => {
  await askForMail({}, async (gateway, email) => {
    await eventually(() => gateway.output().includes("self-signed certificate"));
    expect(smtp.lettersTo(email)).toEqual([]);
    expect(gateway.output()).not.toContain(login.password);
  });
});
