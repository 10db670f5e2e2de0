/**
 * Where the embedded cluster lives. An ordinary user's is `.data/postgres` in the checkout. PostgreSQL refuses to run
 * as root, and a checkout under a 0700 home cannot be entered by anyone else; root's cluster and a copy of the
 * binaries are therefore under /var/lib/auth-gateway-dev, and the server runs as `nobody`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "../process/guarded.ts";

const rootHome = "/var/lib/auth-gateway-dev";

export interface Places {
  /** Folder of the cluster of this checkout: data/, credentials.json, log. */
  readonly cluster: string;
  /** Folder for clusters of one test run; every user can pass through it. */
  readonly temporary: string;
  /** Folder for the copy of the binaries; undefined = use them where npm put them. */
  readonly binaries: string | undefined;
  /** The account that the server runs as; undefined = the current user. */
  readonly account: Account | undefined;
}

function numericId(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
}

export function findPlaces(checkout: string): Places {
  if (process.getuid?.() !== 0) {
    return {
      cluster: join(checkout, ".data", "postgres"),
      temporary: tmpdir(),
      binaries: undefined,
      account: undefined,
    };
  }
  const id = createHash("sha256").update(checkout).digest("hex").slice(0, 12);
  return {
    cluster: join(rootHome, id, "postgres"),
    temporary: "/tmp",
    binaries: join(rootHome, "binaries"),
    account: { uid: numericId("-u"), gid: numericId("-g") },
  };
}
