/** An audit event as the code notes it, and as it is read back. */
import type { AuditKind, AuditReason } from "@auth-gateway/shared-schema/audit-events";

export type { AuditKind, AuditReason };

/**
 * What happened, to whom. The request adds its id, address prefix, user agent and, where the event names nobody, its
 * principal. No member is stored as it is given here except `kind`, `reason`, `kid` and `clientId`.
 */
export interface AuditEvent<Kind extends AuditKind = AuditKind> {
  readonly kind: Kind;
  readonly reason?: AuditReason<Kind>;
  /** Whom it concerns; in the request's default, the principal. */
  readonly userId?: string | undefined;
  /** Whom it concerns where only this is known, as in a failed sign-in; used to find the account, never stored. */
  readonly email?: string | undefined;
  /** Who did it, when it was somebody else: an administrator. */
  readonly actorId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly kid?: string | undefined;
  readonly clientId?: string | undefined;
}

/** Takes events from anywhere; never throws, never waits. */
export interface AuditRecorder {
  record<Kind extends AuditKind>(event: AuditEvent<Kind>): void;
}

/** A row on its way to the database: the ids and the address are replaced there by what may be kept. */
export interface NewAuditRow {
  readonly id: string;
  readonly occurred_at: string;
  readonly kind: AuditKind;
  readonly reason: string | null;
  readonly outcome: "success" | "failure";
  readonly user_id: string | null;
  readonly email: string | null;
  readonly actor_id: string | null;
  readonly session_id: string | null;
  readonly address_prefix: string | null;
  readonly client: string | null;
  readonly system: string | null;
  readonly request_id: string | null;
  readonly kid: string | null;
  readonly client_id: string | null;
}

export interface AuditRow {
  readonly id: string;
  readonly occurredAt: Date;
  readonly kind: string;
  readonly reason: string | null;
  readonly outcome: string;
  readonly subject: string | null;
  readonly actor: string | null;
  readonly session: string | null;
  readonly addressPrefix: string | null;
  readonly client: string | null;
  readonly system: string | null;
  readonly requestId: string | null;
  readonly kid: string | null;
  readonly clientId: string | null;
}
