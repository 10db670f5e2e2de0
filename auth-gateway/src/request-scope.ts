/** What code below a request learns about it and has no other way to tell, such as a fault that a library swallowed. */
import { AsyncLocalStorage } from "node:async_hooks";

export interface RequestScope {
  readonly requestId: string;
  principalId?: string;
  databaseFault?: DatabaseFault;
}

/** `unavailable`: no answer, or not now. `invalid_data`: the database refused a value as malformed. */
export type DatabaseFault = "unavailable" | "invalid_data";

const storage = new AsyncLocalStorage<RequestScope>();

export function runInRequestScope<T>(requestId: string, work: (scope: RequestScope) => T): T {
  const scope: RequestScope = { requestId };
  return storage.run(scope, () => work(scope));
}

export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

export function notePrincipal(principalId: string): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.principalId = principalId;
}

export function noteDatabaseFault(fault: DatabaseFault): void {
  const scope = storage.getStore();
  if (scope !== undefined) scope.databaseFault = fault;
}

export function currentDatabaseFault(): DatabaseFault | undefined {
  return storage.getStore()?.databaseFault;
}
