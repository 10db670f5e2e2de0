/** Test projects; `make test` runs them all with a private PostgreSQL in the environment. */
import { defineConfig } from "vitest/config";

const projects = ["shared-schema", "auth-gateway", "tools"];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: projects.map((name) => ({
      test: {
        name,
        include: [`${name}/test/**/*.test.ts`],
        testTimeout: 30_000,
        hookTimeout: 30_000,
      },
    })),
  },
});
