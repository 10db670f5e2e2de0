/** The contract that both services build on: tables, roles, claims, error registry. */
export * from "./abuse.ts";
export * from "./accounts.ts";
export * from "./audit.ts";
export * from "./auth.ts";
export * from "./clients.ts";
export * from "./erasure.ts";
export { ERASURE_REGISTRY } from "./erasure-registry.ts";
export * from "./limits.ts";
export * from "./rag.ts";
export * from "./retention.ts";
export * from "./revocations.ts";
export * from "./roles.ts";
export * from "./turns.ts";
export { SCHEMA_VERSION } from "./version.ts";
