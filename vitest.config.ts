/** Test projects; `make test` runs them all with a private PostgreSQL in the environment. */
import { defineConfig } from "vitest/config";

/** The web client in a real browser has a project, and a command, of its own: `make e2e`. */
const browserTests = "tools/test/e2e/web-*.test.ts";

const projects = [
  { name: "shared-schema", include: ["shared-schema/test/**/*.test.ts"] },
  { name: "auth-gateway", include: ["auth-gateway/test/**/*.test.ts"] },
  { name: "tools", include: ["tools/test/*.test.ts", "tools/test/e2e/!(web-*).test.ts"] },
  { name: "web", include: [browserTests] },
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: projects.map((project) => ({
      test: {
        ...project,
        testTimeout: 30_000,
        hookTimeout: 30_000,
      },
    })),
  },
});
