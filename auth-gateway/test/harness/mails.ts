/** People with a mailbox: a gateway that mails, and what it has mailed to whom. */
import { afterAll, beforeAll } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../tools/testing/database.ts";
import type { TestEnvironment } from "./environment.ts";
import { startGateway, type TestGateway } from "./gateway.ts";
import { Browser, type Credentials, newPerson } from "./people.ts";
import { type Letter, type SmtpHarness, startSmtp } from "./smtp.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";
import { eventually } from "./wait.ts";

export interface MailSuite {
  readonly url: string;
  readonly gateway: TestGateway;
  readonly database: TestDatabase;
  readonly smtp: SmtpHarness;
  readonly clock: TestClock;
  /** How many passwords were hashed or compared so far. */
  hashes(): number;
  /** The mails to an address, once there are as many, oldest first. */
  mailsTo(address: string, count?: number): Promise<Letter[]>;
  /** The token of the newest mail to an address that links to this page. */
  linkTo(address: string, page: string, count?: number): Promise<string>;
  /** A new account with a confirmed address, signed in. */
  member(person?: Credentials): Promise<{ person: Credentials; browser: Browser }>;
}

/** The sender looks into the outbox only while `mailsTo` waits, so that it takes part in no count of queries. */
export function useMailingGateway(env: TestEnvironment = {}): MailSuite {
  let started: Pick<MailSuite, "gateway" | "database" | "smtp" | "clock" | "hashes"> | undefined;
  const running = () => {
    if (started === undefined) throw new Error("only a running test may use it");
    return started;
  };
  beforeAll(async () => {
    const [database, smtp, clock] = [await createTestDatabase(), await startSmtp(), createTestClock()];
    const mail = { SMTP_URL: smtp.url, MAIL_FROM: "Example <no-reply@example.test>" };
    const gateway = await startGateway(database.authGatewayUrl, { clock, env: { ...mail, ...env } });
    started = { gateway, database, smtp, clock, hashes: await countHashes(gateway) };
  });
  afterAll(async () => {
    await started?.gateway.close();
    await started?.smtp.close();
    await started?.database.drop();
  });
  const suite: MailSuite = {
    get gateway() {
      return running().gateway;
    },
    get database() {
      return running().database;
    },
    get smtp() {
      return running().smtp;
    },
    get clock() {
      return running().clock;
    },
    get url() {
      return running().gateway.url;
    },
    hashes: () => running().hashes(),
    mailsTo(address, count = 1) {
      return eventually(() => {
        running().clock.advance(1_000);
        const letters = running().smtp.lettersTo(address);
        return letters.length >= count && letters;
      });
    },
    async linkTo(address, page, count = 1) {
      const letters = await suite.mailsTo(address, count);
      const link = new RegExp(`/account/${page}#token=([\\w-]{43})`);
      const token = letters.map(({ text }) => link.exec(text ?? "")?.[1]).findLast((found) => found !== undefined);
      if (token === undefined) throw new Error(`no mail to ${address} links to ${page}`);
      return token;
    },
    async member(person = newPerson()) {
      const browser = new Browser(suite.url);
      await browser.post("/api/auth/sign-up/email", person);
      await browser.post("/api/auth/verify-email", { token: await suite.linkTo(person.email, "verify-email") });
      await browser.post("/api/auth/sign-in/email", person);
      return { person, browser };
    },
  };
  return suite;
}

/** Counts where Better Auth asks for them; what they do stays as it is. */
async function countHashes({ dependencies }: TestGateway): Promise<() => number> {
  const { password } = await dependencies.auth.$context;
  let count = 0;
  for (const name of ["hash", "verify"] as const) {
    const work = password[name] as (...args: unknown[]) => Promise<unknown>;
    const counted = (...args: unknown[]): Promise<unknown> => {
      count += 1;
      return work(...args);
    };
    Object.assign(password, { [name]: counted });
  }
  return () => count;
}
