import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./src/index.ts",
  out: "../migrations",
  entities: { roles: false },
});
