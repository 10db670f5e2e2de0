/** `make audit`: what happened, newest first. */
import { AUDIT_EVENTS } from "@auth-gateway/shared-schema/audit-events";
import { type AuditFilter, listAudit } from "../audit/service.ts";
import { type Command, type CommandContext, CommandFailure, formatTable } from "./command.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_ROWS = 10_000;

export const audit: Command = async (context) => {
  const rows = await listAudit(context.db, readFilter(context));
  if (context.argument("json") !== "") {
    for (const row of rows) context.say(JSON.stringify(row));
    return 0;
  }
  const header = [
    "time",
    "event",
    "reason",
    "subject",
    "actor",
    "network",
    "client",
    "session",
    "kid",
    "client id",
    "request",
  ];
  const lines = rows.map((row) => [
    row.occurredAt.toISOString(),
    row.kind,
    ...[row.reason, row.subject, row.actor, row.addressPrefix].map(orDash),
    row.client === null ? "-" : `${row.client} on ${row.system}`,
    ...[row.session, row.kid, row.clientId, row.requestId].map(orDash),
  ]);
  for (const line of formatTable([header, ...lines])) context.say(line);
  return 0;
};

function orDash(value: string | null): string {
  return value ?? "-";
}

function readFilter({ argument, clock }: CommandContext): AuditFilter {
  const [kind, user, limit] = ["kind", "user", "limit"].map(argument);
  if (kind !== "" && kind !== undefined && !(kind in AUDIT_EVENTS)) {
    throw new CommandFailure(`No such kind: ${kind}. There are: ${Object.keys(AUDIT_EVENTS).join(", ")}`);
  }
  if (user !== "" && user !== undefined && !user.includes("@") && !UUID.test(user)) {
    throw new CommandFailure("user must be an e-mail address or a user's id");
  }
  const rows = limit === "" ? 50 : Number(limit);
  if (!Number.isInteger(rows) || rows < 1 || rows > MAX_ROWS) {
    throw new CommandFailure(`limit must be a number between 1 and ${MAX_ROWS}`);
  }
  return {
    limit: rows,
    kind: kind || undefined,
    user: user || undefined,
    since: readSince(argument("since"), clock.now()),
  };
}

/** A time, or how long ago: 15m, 24h, 7d. */
function readSince(text: string, now: number): Date | undefined {
  if (text === "") return undefined;
  const [, amount, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = amount === undefined ? new Date(text) : new Date(now - Number(amount) * (UNITS[unit] ?? 0));
  if (Number.isNaN(time.getTime())) throw new CommandFailure("since must be a time as 2026-01-31 or 15m, 24h, 7d");
  return time;
}
