/**
 * Notes database faults on their way into Better Auth, which turns many of them into something else: a failed session
 * look-up into 401, a failed sign-out into success.
 */

import type { DBAdapter } from "@better-auth/core/db/adapter";
import type { BetterAuthOptions } from "better-auth";
import { databaseFaultOf, faultOfDriverError } from "../db/faults.ts";
import { noteDatabaseFault } from "../request-scope.ts";

type AdapterFactory = (options: BetterAuthOptions) => DBAdapter<BetterAuthOptions>;

export function observeFaults(createAdapter: AdapterFactory): AdapterFactory {
  return (options) => observe(createAdapter(options));
}

function observe<Adapter extends object>(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      const call = async (...args: unknown[]): Promise<unknown> => Reflect.apply(member, target, args);
      if (key === "transaction") return (work: TransactionWork) => observeTransaction(call, work);
      return (...args: unknown[]) => call(...args).catch((error: unknown) => noteAndRethrow(error, databaseFaultOf));
    },
  });
}

type TransactionWork = (adapter: object) => Promise<unknown>;

/** What the work itself throws was noted below; only begin, commit and rollback are the transaction's own. */
async function observeTransaction(
  transaction: (work: TransactionWork) => Promise<unknown>,
  work: TransactionWork,
): Promise<unknown> {
  const thrownByWork = new Set<unknown>();
  const observedWork: TransactionWork = async (adapter) => {
    try {
      return await work(observe(adapter));
    } catch (error) {
      thrownByWork.add(error);
      throw error;
    }
  };
  return transaction(observedWork).catch((error: unknown) =>
    noteAndRethrow(error, thrownByWork.has(error) ? () => undefined : faultOfDriverError),
  );
}

function noteAndRethrow(error: unknown, faultOf: typeof databaseFaultOf): never {
  const fault = faultOf(error);
  if (fault !== undefined) noteDatabaseFault(fault);
  throw error;
}
