/** Where the gateway's mails go: to the SMTP server that was configured, or else to a mailbox on this machine. */
import { join } from "node:path";
import { checkout } from "../checkout.ts";
import type { Environment } from "../environment.ts";
import { findFreePort } from "../process/ports.ts";
import type { ServicePlan } from "./service.ts";

export interface DevMailbox {
  readonly plan: ServicePlan;
  /** What the gateway needs to know. */
  readonly environment: Environment;
}

export function mailboxPort(environment: Environment): number {
  return Number(environment.MAILBOX_PORT ?? 8025);
}

export function wantsMailbox(environment: Environment): boolean {
  return environment.SMTP_URL === undefined && environment.NODE_ENV !== "production";
}

/** Sign-up stays `open` unless it was configured: nobody must read mails to try things out. */
export async function planMailbox(environment: Environment, logs: string): Promise<DevMailbox | undefined> {
  if (!wantsMailbox(environment)) return undefined;
  const port = mailboxPort(environment);
  const smtpPort = await findFreePort();
  const script = join(checkout, "tools", "mailbox", "main.ts");
  return {
    plan: {
      name: "mailbox",
      command: [process.execPath, ["--import", "tsx", script, String(port), String(smtpPort)]],
      environment: { PATH: environment.PATH },
      url: `http://127.0.0.1:${port}`,
      logs,
    },
    environment: {
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      MAIL_FROM: environment.MAIL_FROM ?? "auth-gateway <no-reply@localhost>",
      SIGN_UP: environment.SIGN_UP ?? "open",
    },
  };
}
