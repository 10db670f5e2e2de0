/** The import rules do refuse what they are there to refuse. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkout } from "../checkout.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync("/tmp/import-rules-");
  for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"])
    cpSync(join(checkout, name), join(folder, name));
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  write(
    "auth-gateway/package.json",
    '{"type": "module", "dependencies": {"jose": "*", "drizzle-orm": "*", "hono": "*"}}',
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Names of the rules that files with these imports break. */
function broken(files: Record<string, string[]>): string[] {
  const targets = Object.values(files)
    .flat()
    .filter((target) => target.startsWith("."));
  for (const [path, imports] of Object.entries(files)) {
    write(path, [...imports.map((target) => `import type {} from "${target}";`), "export {};"].join("\n"));
    for (const target of targets.filter((each) => imports.includes(each))) {
      const imported = join(dirname(path), target);
      if (!(imported in files)) write(imported, "export {};");
    }
  }
  const program = join(checkout, "node_modules/.bin/depcruise");
  const args = [
    "--config",
    ".dependency-cruiser.cjs",
    "--output-type",
    "json",
    ...["auth-gateway", "shared-schema", "tools"].filter((name) =>
      Object.keys(files).some((path) => path.startsWith(name)),
    ),
  ];
  const { stdout } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  const { summary } = JSON.parse(stdout);
  return [
    ...new Set<string>(summary.violations.map((violation: { rule: { name: string } }) => violation.rule.name)),
  ].sort();
}

const src = "auth-gateway/src";

it.each([
  ["no-cycles", { [`${src}/keys/a.ts`]: ["./b.ts"], [`${src}/keys/b.ts`]: ["./a.ts"] }],
  ["main-is-the-top", { [`${src}/cli/rotate.ts`]: ["../main.ts"] }],
  ["dependencies-from-main-only", { [`${src}/keys/service.ts`]: ["../dependencies.ts"] }],
  ["app-from-the-top-only", { [`${src}/keys/service.ts`]: ["../app.ts"] }],
  ["routes-from-app-only", { [`${src}/keys/service.ts`]: ["./routes.ts"] }],
  ["queries-below-services", { [`${src}/keys/queries.ts`]: ["./service.ts"] }],
  ["queries-below-services", { [`${src}/keys/queries.ts`]: ["hono"] }],
  ["db-below-features", { [`${src}/db/database.ts`]: ["../keys/keyring.ts"] }],
  ["schema-is-the-bottom", { "shared-schema/src/index.ts": ["../../auth-gateway/src/errors.ts"] }],
  ["feature-through-its-service", { [`${src}/tokens/service.ts`]: ["../keys/queries.ts"] }],
  ["jose-in-keys-and-tokens", { [`${src}/auth/service.ts`]: ["jose"] }],
  ["drizzle-in-queries-and-db", { [`${src}/keys/service.ts`]: ["drizzle-orm"] }],
  ["process-in-main-and-cli", { [`${src}/config.ts`]: ["node:process"] }],
  ["no-tools-in-services", { [`${src}/keys/service.ts`]: ["../../../tools/failure.ts"] }],
  ["no-undeclared-packages", { [`${src}/keys/service.ts`]: ["vitest"] }],
  ["resolvable", { [`${src}/keys/service.ts`]: ["no-such-package"] }],
])("%s", (rule, files) => {
  expect(broken(files as Record<string, string[]>)).toContain(rule);
});

it("lets the layers import downwards", () => {
  const files = {
    [`${src}/main.ts`]: ["./dependencies.ts", "./app.ts", "node:process"],
    [`${src}/dependencies.ts`]: ["./app.ts", "./keys/service.ts"],
    [`${src}/app.ts`]: ["./keys/routes.ts", "hono"],
    [`${src}/keys/routes.ts`]: ["./service.ts", "../tokens/service.ts", "hono"],
    [`${src}/keys/service.ts`]: ["./queries.ts", "jose"],
    [`${src}/keys/queries.ts`]: ["../db/database.ts", "drizzle-orm"],
    [`${src}/db/database.ts`]: ["drizzle-orm"],
  };
  expect(broken(files)).toEqual([]);
});
