/**
 * Where the embedded cluster lives. An ordinary user's is `.data/postgres` in the checkout. PostgreSQL refuses to run
 * as root, and a checkout under a 0700 home cannot be entered by anyone else; root's cluster and a copy of the
 * binaries are therefore under /var/lib/auth-gateway-dev, and the server runs as `nobody`.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolFailure } from "../failure.ts";
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

/** From the file, not from `id`: a child in the terminal's process group would not survive a Ctrl-C meant for us. */
function findNobody(): Account {
  const entry = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  if (entry === null)
    throw new ToolFailure("PostgreSQL can't run as root, and there is no user `nobody` to run it as.");
  // macOS writes the ids as negative numbers.
  return { uid: Number(entry[1]) >>> 0, gid: Number(entry[2]) >>> 0 };
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
    account: findNobody(),
  };
}
