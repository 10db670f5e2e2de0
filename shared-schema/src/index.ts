/** The contract that both services build on: tables, roles, claims, error registry. */
export * from "./auth.ts";
export * from "./rag.ts";
export * from "./roles.ts";
export { SCHEMA_VERSION } from "./version.ts";
