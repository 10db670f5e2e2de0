/** From a request to the moment at which an account is due to be erased, in the transaction of the caller. */
import { v7 as uuidv7 } from "uuid";
import { newLink } from "../accounts/links.ts";
import type { Database } from "../db/database.ts";
import { AppError } from "../errors.ts";
import type { Mailer } from "../mail/mailer.ts";
import * as queries from "./queries.ts";

/** Seconds for which the link that confirms may be used; the mail says so. */
const LINK_LIFETIME = 3600;

export interface RequestedDeletion {
  readonly status: "confirm" | "scheduled";
  readonly receiptId: string;
  readonly erasesAt: string | null;
  /** Where no mail can bring it: shown once. */
  readonly undoUrl?: string;
}

export interface SchedulingParts {
  readonly mailer: Mailer;
  readonly gatewayUrl: string;
}

async function insert(tx: Database, userId: string, linkHash: string | null, graceSeconds: number): Promise<string> {
  const receiptId = uuidv7();
  const request = { userId, receiptId, linkHash, linkSeconds: LINK_LIFETIME, graceSeconds };
  if (await queries.insertDeletion(tx, request)) return receiptId;
  throw new AppError("rate_limited", "The deletion was asked for a moment ago. Wait a minute before you repeat it.", {
    headers: { "retry-after": "60" },
  });
}

export async function askByMail(
  { mailer, gatewayUrl }: SchedulingParts,
  tx: Database,
  { id, email }: queries.OwnAccount,
  graceSeconds: number,
): Promise<RequestedDeletion> {
  const { url, hash } = newLink(gatewayUrl, "confirm-deletion");
  const receiptId = await insert(tx, id, hash, graceSeconds);
  await mailer.enqueue({ to: email, template: "confirm-deletion", data: { url }, userId: id });
  return { status: "confirm", receiptId, erasesAt: null };
}

export async function scheduleAtOnce(
  parts: SchedulingParts,
  tx: Database,
  { id }: queries.OwnAccount,
  graceSeconds: number,
): Promise<RequestedDeletion> {
  const receiptId = await insert(tx, id, null, graceSeconds);
  const { erasesAt, undoUrl } = await schedule(parts, tx, { userId: id, graceSeconds }, undefined);
  return {
    status: "scheduled",
    receiptId,
    erasesAt: erasesAt.toISOString(),
    ...(undoUrl === undefined ? {} : { undoUrl }),
  };
}

/** Sessions and tokens end in the same transaction; whoever signs in meanwhile waits for it and is refused. */
export async function schedule(
  { mailer, gatewayUrl }: SchedulingParts,
  tx: Database,
  { userId, graceSeconds }: { readonly userId: string; readonly graceSeconds: number },
  linkHash: string | undefined,
): Promise<{ erasesAt: Date; undoUrl: string | undefined }> {
  const undo = graceSeconds === 0 ? undefined : newLink(gatewayUrl, "undo-deletion");
  const user = await queries.lockUser(tx, userId);
  if (user === undefined) throw invalidLink();
  const erasesAt = await queries.scheduleDeletion(tx, { userId, linkHash, undoHash: undo?.hash ?? null });
  if (erasesAt === undefined) throw invalidLink();
  await queries.endAccess(tx, userId);
  const data = { url: undo?.url, erasesAt };
  await mailer.enqueue({ to: user.email, template: "deletion-scheduled", data, userId });
  return { erasesAt, undoUrl: undo?.url };
}

/** Says neither what was wrong with the link nor whether there ever was one. */
export function invalidLink(): AppError {
  return new AppError("invalid_link", "This link has expired or was used already.");
}
