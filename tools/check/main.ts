/** `make check`: every check that needs no database, two at a time, all of them even when one fails. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { checkout } from "../checkout.ts";
import { runMain } from "../failure.ts";
import { checkFileLengths } from "./file-lengths.ts";

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

interface Check {
  readonly name: string;
  run(): Promise<Outcome>;
}

function command(name: string, folder: string, program: string, ...args: string[]): Check {
  const run = async (): Promise<Outcome> => {
    const child = spawn(program, args, { cwd: join(checkout, folder), stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise<boolean>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code === 0));
    });
    const [ok, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { ok, output: `${output}${errors}` };
  };
  return { name, run };
}

const node = (name: string) => join(checkout, "node_modules", ".bin", name);
const python = (name: string) => join(checkout, "rag-api", ".venv", "bin", name);
const cruised = ["auth-gateway", "shared-schema", "tools", "vitest.config.ts"];

/** Python that is not rag-api's own, held to its rules: the example of a verifier, and the soak's. */
const elsewhere = ["shared-schema/examples/revocations.py", "tools/soak/verifiers.py"].map((path) => `../${path}`);

const checks: readonly Check[] = [
  command(
    "biome (format, lint; mend: npx biome check --write)",
    ".",
    node("biome"),
    "check",
    "--error-on-warnings",
    "--diagnostic-level=warn",
  ),
  command("tsc (types)", ".", node("tsc"), "--project", "tsconfig.json"),
  command("tsc (types of the web client)", ".", node("tsc"), "--project", "auth-gateway/web/tsconfig.json"),
  command("dependency-cruiser (imports)", ".", node("depcruise"), "--config", ".dependency-cruiser.cjs", ...cruised),
  command(
    "ruff (format; mend: ruff format)",
    "rag-api",
    python("ruff"),
    "format",
    "--check",
    "--config",
    "pyproject.toml",
    ".",
    ...elsewhere,
  ),
  command("ruff (lint)", "rag-api", python("ruff"), "check", "--config", "pyproject.toml", ".", ...elsewhere),
  command("mypy (types)", "rag-api", python("mypy")),
  command("mypy (types of the others)", "rag-api", python("mypy"), ...elsewhere),
  command("rag-api imports", "rag-api", python("pytest"), "-q", "tests/test_import_rules.py"),
  { name: "file lengths", run: () => checkFileLengths(checkout) },
];

async function report(check: Check): Promise<boolean> {
  const started = Date.now();
  const { ok, output } = await check.run();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${check.name} ${seconds} s\n`);
  if (!ok) process.stdout.write(`${output.trimEnd()}\n\n`);
  return ok;
}

async function main(): Promise<number> {
  const queue = [...checks];
  const failed: string[] = [];
  const work = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      if (!(await report(check))) failed.push(check.name);
    }
  };
  await Promise.all([work(), work()]);
  if (failed.length > 0) process.stdout.write(`\n${failed.length} of ${checks.length} checks failed.\n`);
  return failed.length === 0 ? 0 : 1;
}

await runMain(main);
