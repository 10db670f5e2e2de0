/** `/api/account`: what one's account is, taking its data along, deleting it, and thinking better of it. */
import type { Context } from "hono";
import { z } from "zod";
import type { AppEnv } from "../app-env.ts";
import type { AuditReason, AuditRecorder } from "../audit/models.ts";
import type { SessionIdentity, SessionReader } from "../auth/sessions.ts";
import { AppError, type ErrorCode, signInFirst } from "../errors.ts";
import type { Route } from "../routing.ts";
import type { AccountExport } from "./export.ts";
import type { AccountDeletions } from "./service.ts";

const deletionBody = z.object({
  password: z.string().max(1_000).optional(),
  when: z.enum(["grace", "now"]).default("grace"),
});
const linkBody = z.object({ token: z.string().min(1).max(200) });

export interface AccountRouteParts {
  readonly sessions: SessionReader;
  readonly deletions: AccountDeletions;
  readonly exporter: AccountExport;
  readonly audit: AuditRecorder;
}

export function erasureRoutes({ sessions, deletions, exporter, audit }: AccountRouteParts): Route[] {
  const getAccount = async (c: Context<AppEnv>): Promise<Response> =>
    c.json(await deletions.view((await requireSession(c, sessions)).userId));

  const deleteAccount = async (c: Context<AppEnv>): Promise<Response> => {
    try {
      const session = await requireSession(c, sessions);
      return c.json(await deletions.request(session, await readBody(c, deletionBody)), 202);
    } catch (error) {
      noteRefusal(audit, error);
      throw error;
    }
  };

  const confirmDeletion = async (c: Context<AppEnv>): Promise<Response> =>
    c.json(await deletions.confirm((await readBody(c, linkBody)).token));

  const undoDeletion = async (c: Context<AppEnv>): Promise<Response> => {
    await deletions.undo((await readBody(c, linkBody)).token);
    return c.json({ status: true });
  };

  const exportAccount = async (c: Context<AppEnv>): Promise<Response> => {
    const session = await requireSession(c, sessions);
    audit.record({ kind: "account_exported" });
    return c.body(exporter.stream(session), 200, {
      "content-type": "application/zip",
      "content-disposition": 'attachment; filename="account.zip"',
    });
  };

  return [
    { method: "GET", path: "/api/account", handler: getAccount },
    { method: "DELETE", path: "/api/account", handler: deleteAccount },
    { method: "GET", path: "/api/account/export", handler: exportAccount },
    { method: "POST", path: "/api/account/deletion/confirm", handler: confirmDeletion },
    { method: "POST", path: "/api/account/deletion/undo", handler: undoDeletion },
  ];
}

async function requireSession(c: Context<AppEnv>, sessions: SessionReader): Promise<SessionIdentity> {
  const session = await sessions.find(c);
  if (session === undefined) throw signInFirst();
  return session;
}

async function readBody<Body extends z.ZodType>(c: Context<AppEnv>, schema: Body): Promise<z.infer<Body>> {
  const text = await c.req.text();
  const parsed = schema.safeParse(text === "" ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  const members = [...new Set(parsed.error.issues.map(({ path }) => path.join(".") || "the body"))].join(", ");
  throw new AppError("invalid_request", `Not as it should be: ${members}. Send JSON.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const REFUSALS: Partial<Record<ErrorCode, AuditReason<"account_deletion_refused">>> = {
  wrong_password: "wrong_credentials",
  invalid_request: "values_refused",
};

/** The audit rules go by paths, and this one is a GET's, too. What is an event wherever it happens, they do know. */
function noteRefusal(audit: AuditRecorder, error: unknown): void {
  const reason = error instanceof AppError ? REFUSALS[error.code] : undefined;
  if (reason !== undefined) audit.record({ kind: "account_deletion_refused", reason });
}
