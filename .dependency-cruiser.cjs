/** The import rules of the TypeScript parts; `make check` runs them. Rag-api's own are in its tests. */
const gateway = "^auth-gateway/src/";
const features = "web|abuse|auth|keys|tokens|clients|revocation|accounts|audit|mail|health|erasure";
const queries = "(^|/)[a-z-]*queries\\.ts$";

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** What stands above must not be imported from below: main → dependencies → app → routes → service → queries → db. */
const layers = [
  rule("main-is-the-top", "Nothing imports main.ts.", {}, { path: `${gateway}main\\.ts$` }),
  rule(
    "dependencies-from-main-only",
    "The composition root is opened by main.ts and the commands; the rest gets what it needs as arguments.",
    { path: gateway, pathNot: `${gateway}(main\\.ts|cli/)` },
    { path: `${gateway}dependencies\\.ts$` },
  ),
  rule(
    "app-from-the-top-only",
    "app.ts mounts the routes; nothing below knows it.",
    { path: gateway, pathNot: `${gateway}(main|dependencies)\\.ts$` },
    { path: `${gateway}app\\.ts$` },
  ),
  rule(
    "routes-from-app-only",
    "Routes are mounted by app.ts and called by nobody else.",
    { path: gateway, pathNot: `${gateway}app\\.ts$` },
    { path: "/routes\\.ts$" },
  ),
  rule(
    "queries-below-services",
    "Queries know the database, rows and errors, no rule and no request.",
    { path: `${gateway}.*queries\\.ts$` },
    { path: [`${gateway}(${features}|middleware)/`, "hono"], pathNot: `${gateway}.*(queries|models)\\.ts$` },
  ),
  rule(
    "db-below-features",
    "The database folder knows no feature.",
    { path: `${gateway}db/` },
    { path: `${gateway}(${features}|middleware|cli)/` },
  ),
  rule(
    "schema-is-the-bottom",
    "shared-schema imports nothing of ours.",
    { path: "^shared-schema/src/" },
    { path: "^(auth-gateway|tools)/" },
  ),
];

const borders = [
  rule(
    "feature-through-its-service",
    "Another feature's routes and queries are its own.",
    { path: `${gateway}(${features})/` },
    { path: `${gateway}(${features})/.*(routes|queries)\\.ts$`, pathNot: `${gateway}$1/` },
  ),
  rule(
    "jose-in-keys-and-tokens",
    "One place signs and one place reads keys.",
    { path: gateway, pathNot: `${gateway}(keys|tokens)/` },
    { path: "node_modules/jose/" },
  ),
  rule(
    "drizzle-in-queries-and-db",
    "SQL is written in queries and db only.",
    { path: gateway, pathNot: [`${gateway}db/`, queries] },
    { path: "node_modules/drizzle-orm/" },
  ),
  rule(
    "process-in-main-and-cli",
    "The process is touched at the top only.",
    { path: gateway, pathNot: `${gateway}(main\\.ts|cli/)` },
    { path: "^(node:)?process$" },
  ),
  rule(
    "no-tools-in-services",
    "What runs in production does not need the tools or the tests.",
    { path: "^(auth-gateway|shared-schema)/src/" },
    { path: ["^tools/", "/test/"] },
  ),
  rule(
    "no-undeclared-packages",
    "A service imports only what its package.json names for production.",
    { path: "^(auth-gateway|shared-schema)/src/" },
    { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown"] },
  ),
];

module.exports = {
  forbidden: [
    rule("no-cycles", "Type-only cycles count too.", {}, { circular: true }),
    rule("resolvable", "Every import leads somewhere.", {}, { couldNotResolve: true }),
    ...layers,
    ...borders,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^auth-gateway/web/dist" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
  },
};
