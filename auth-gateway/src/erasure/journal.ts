/**
 * The journal of erasures: a file outside the database, so that a restored backup can't bring anybody back unnoticed. It
 * knows people by a keyed hash of their id only.
 */
import { createHmac, hkdfSync } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, open, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { AuthSecret } from "../config-values.ts";

const PURPOSE = "auth-gateway erasure journal";

const entry = z.object({
  /** The version of the secret that the key is derived from. */
  secret: z.number().int(),
  /** HMAC-SHA-256 of the user's id, base64url. */
  user: z.string().regex(/^[\w-]{43}$/),
  at: z.iso.datetime(),
});

type Entry = z.infer<typeof entry>;

export interface ErasureJournal {
  /** Resolves when the line is on the disk. A line may be there twice: who dies before the commit writes it again. */
  append(userId: string, at: Date): Promise<void>;
  /** @throws when a line could not be written. */
  check(): Promise<void>;
}

export function openJournal(path: string, secrets: readonly AuthSecret[]): ErasureJournal {
  const [current] = secrets;
  if (current === undefined) throw new Error("there is no secret to key the journal with");
  const key = deriveKey(current.value);
  return {
    append: (userId, at) =>
      appendLine(path, { secret: current.version, user: hmacOf(key, userId), at: at.toISOString() }),
    async check() {
      await mkdir(dirname(resolve(path)), { recursive: true });
      const exists = await stat(path).then(
        () => true,
        () => false,
      );
      await access(exists ? path : dirname(resolve(path)), constants.W_OK);
    },
  };
}

async function appendLine(path: string, line: Entry): Promise<void> {
  await mkdir(dirname(resolve(path)), { recursive: true });
  const file = await open(path, "a", 0o600);
  try {
    await file.appendFile(`${JSON.stringify(line)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // A new file is only there after a power cut if its folder's entry is.
  const folder = await open(dirname(resolve(path)), "r");
  await folder.sync().finally(() => folder.close());
}

export interface JournalReader {
  /** Whether the journal says that this user was erased. */
  names(userId: string): boolean;
  readonly entries: number;
  /** Versions of secrets that entries need and that are not configured: their people can't be told. */
  readonly missingSecrets: readonly number[];
}

/** Reads a file, or all files of a folder that end in .jsonl: each replica may have written its own. */
export async function readJournal(path: string, secrets: readonly AuthSecret[]): Promise<JournalReader> {
  const texts = await Promise.all((await filesOf(path)).map((file) => readFile(file, "utf8")));
  const entries = texts.flatMap((text) => text.split("\n").flatMap(parseLine));
  const users = new Set(entries.map(({ secret, user }) => `${secret}:${user}`));
  const keys = secrets.map(({ version, value }) => ({ version, key: deriveKey(value) }));
  const known = new Set(secrets.map(({ version }) => version));
  return {
    names: (userId) => keys.some(({ version, key }) => users.has(`${version}:${hmacOf(key, userId)}`)),
    entries: users.size,
    missingSecrets: [...new Set(entries.map(({ secret }) => secret))].filter((version) => !known.has(version)),
  };
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  return (await readdir(path)).filter((name) => name.endsWith(".jsonl")).map((name) => join(path, name));
}

/** Half a line is what a process left that died while it wrote; the next line may follow it without a break. */
function parseLine(line: string): Entry[] {
  const [json] = /\{[^{}]*\}$/.exec(line) ?? [];
  const parsed = entry.safeParse(json === undefined ? undefined : parseJson(json));
  return parsed.success ? [parsed.data] : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function deriveKey(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", Buffer.from(secret, "base64url"), "", PURPOSE, 32));
}

function hmacOf(key: Buffer, userId: string): string {
  return createHmac("sha256", key).update(userId).digest("base64url");
}
