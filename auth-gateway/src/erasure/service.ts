/** The deletion of one's own account, from the request to the moment at which it is due. */
import { hashOf } from "../accounts/links.ts";
import type { AuditRecorder } from "../audit/models.ts";
import { isFresh } from "../auth/freshness.ts";
import { verifyPassword } from "../auth/passwords.ts";
import type { SessionIdentity } from "../auth/sessions.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { AppError, signInFirst } from "../errors.ts";
import { notePrincipal } from "../request-scope.ts";
import type { Deletion } from "./models.ts";
import * as queries from "./queries.ts";
import {
  askByMail,
  invalidLink,
  type RequestedDeletion,
  type SchedulingParts,
  schedule,
  scheduleAtOnce,
} from "./scheduling.ts";

export interface DeletionRequest {
  readonly password?: string | undefined;
  readonly when: "grace" | "now";
}

export interface AccountView {
  readonly user: Omit<queries.OwnAccount, "passwordHash" | "deletion" | "createdAt"> & { readonly createdAt: string };
  readonly deletion: Deletion | null;
  readonly passwordSet: boolean;
}

export interface AccountDeletions {
  /** @throws {AppError} authentication_required when the account is gone. */
  view(userId: string): Promise<AccountView>;
  /** @throws {AppError} wrong_password, session_not_fresh, rate_limited */
  request(session: SessionIdentity, request: DeletionRequest): Promise<RequestedDeletion>;
  /** @throws {AppError} invalid_link */
  confirm(token: string): Promise<{ readonly status: "scheduled"; readonly erasesAt: string }>;
  /** @throws {AppError} invalid_link */
  undo(token: string): Promise<void>;
}

export interface DeletionParts extends SchedulingParts {
  readonly db: Database;
  readonly audit: AuditRecorder;
  readonly clock: Pick<Clock, "now">;
  readonly graceMs: number;
  /** Called when an erasure is due at once. */
  readonly wake: () => void;
}

export function createAccountDeletions(parts: DeletionParts): AccountDeletions {
  const { db, mailer, gatewayUrl } = parts;
  return {
    async view(userId) {
      const { passwordHash, deletion, createdAt, ...user } = await requireAccount(db, userId);
      return { user: { ...user, createdAt: createdAt.toISOString() }, deletion, passwordSet: passwordHash !== null };
    },
    async request(session, { password, when }) {
      const account = await requireAccount(db, session.userId);
      await requireProof(parts, session, account.passwordHash, password);
      const graceSeconds = when === "now" ? 0 : Math.round(parts.graceMs / 1000);
      const requested = await db.transaction((tx) =>
        (mailer.enabled ? askByMail : scheduleAtOnce)(parts, tx, account, graceSeconds),
      );
      parts.audit.record({ kind: "account_deletion_requested" });
      if (requested.status === "scheduled") parts.audit.record({ kind: "account_deletion_scheduled" });
      if (requested.status === "scheduled" && graceSeconds === 0) parts.wake();
      return requested;
    },
    async confirm(token) {
      const linkHash = hashOf(token);
      const found = await queries.findConfirmation(db, linkHash);
      if (found === undefined) throw invalidLink();
      const erasesAt = await db.transaction(async (tx) => (await schedule(parts, tx, found, linkHash)).erasesAt);
      notePrincipal(found.userId);
      if (found.graceSeconds === 0) parts.wake();
      return { status: "scheduled", erasesAt: erasesAt.toISOString() };
    },
    async undo(token) {
      const kept = await db.transaction(async (tx) => {
        const undone = await queries.undoDeletion(tx, hashOf(token));
        if (undone === undefined) throw invalidLink();
        const { userId, email } = undone;
        await mailer.enqueue({ to: email, template: "deletion-undone", data: { url: gatewayUrl }, userId });
        return userId;
      });
      notePrincipal(kept);
    },
  };
}

async function requireAccount(db: Database, userId: string): Promise<queries.OwnAccount> {
  const account = await queries.findAccount(db, userId);
  if (account === undefined) throw signInFirst();
  return account;
}

/** The password, or a sign-in of the last minutes: a stolen older session is not enough. */
async function requireProof(
  { clock }: DeletionParts,
  session: SessionIdentity,
  hash: string | null,
  password: string | undefined,
): Promise<void> {
  if (password !== undefined) {
    const isRight = hash !== null && (await verifyPassword({ hash, password }));
    if (!isRight) throw new AppError("wrong_password", "This is not the account's password.");
    // With a second factor the password is only half of a sign-in.
    if (!session.hasSecondFactor) return;
  }
  if (!isFresh(session, clock)) {
    throw new AppError("session_not_fresh", "Send the password, or sign in again and repeat this within ten minutes.");
  }
}
