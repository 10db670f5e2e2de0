/** What code below a request learns about it and has no other way to tell, such as a fault that a library swallowed. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { AuditKind } from "@auth-gateway/shared-schema/audit-events";

export interface RequestScope {
  readonly requestId: string;
  principalId?: string;
  sessionId?: string;
  traceId?: string;
  clientAddress?: string;
  userAgent?: string;
  /** The members of the body that say whom the request is about; never logged, never stored. */
  requestBody?: { readonly email?: string; readonly userId?: string };
  /** Kinds of audit events that were recorded below the request. */
  readonly auditedKinds: Set<AuditKind>;
  databaseFault?: DatabaseFault;
  /** The name of the limit that was used up. */
  refusingLimit?: string;
  /** The password was right, and a code is asked for before there is a session. */
  secondFactorAsked?: true;
  /** A stored hash that fitted a password just now and is weaker than those made today. */
  outdatedHash?: string;
  /** The stored hash that a password fitted just now. */
  provedHash?: string;
  /** When the code was asked for that was used up just now. */
  challengedAt?: Date;
  /** Whose mailbox or password was proved, for what must not stand in their way any longer. */
  provedAccount?: string;
}

/**
 * `unavailable`: no answer, or not now. `invalid_data`: the database refused a value as malformed. `account_in_deletion`:
 * it refused a session, because the account is about to be erased.
 */
export type DatabaseFault = "unavailable" | "invalid_data" | "account_in_deletion";

const storage = new AsyncLocalStorage<RequestScope>();

export function runInRequestScope<T>(requestId: string, work: (scope: RequestScope) => T): T {
  const scope: RequestScope = { requestId, auditedKinds: new Set() };
  return storage.run(scope, () => work(scope));
}

export function currentRequestScope(): RequestScope | undefined {
  return storage.getStore();
}

export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

export function notePrincipal(principalId: string, sessionId?: string): void {
  const scope = storage.getStore();
  if (scope === undefined) return;
  scope.principalId = principalId;
  if (sessionId !== undefined) scope.sessionId = sessionId;
}

export function noteTrace(traceId: string): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.traceId = traceId;
}

/** Whom a request turned out to be about, where its body did not say. */
export function noteConcerned(email: string): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.requestBody = { email };
}

export function noteClient(address: string | undefined, userAgent: string | undefined): void {
  const scope = storage.getStore();
  if (scope === undefined) return;
  if (address !== undefined) scope.clientAddress = address;
  if (userAgent !== undefined) scope.userAgent = userAgent;
}

export function noteDatabaseFault(fault: DatabaseFault): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.databaseFault = fault;
}

export function noteProvedHash(hash: string): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.provedHash = hash;
}

export function noteChallenge(askedAt: Date): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.challengedAt = askedAt;
}

export function noteOutdatedHash(hash: string): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.outdatedHash = hash;
}

export function noteRefusingLimit(name: string): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.refusingLimit = name;
}

export function noteSecondFactorAsked(): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.secondFactorAsked = true;
}

export function noteProvedAccount(email: string): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.provedAccount = email;
}

export function currentDatabaseFault(): DatabaseFault | undefined {
  return storage.getStore()?.databaseFault;
}
