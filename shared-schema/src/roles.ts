/** Database roles; `make migrate` creates them, so drizzle-kit only refers to them. */
import { pgRole } from "drizzle-orm/pg-core";

/** Login role of the gateway: works in `auth`. */
export const authGatewayRole = pgRole("auth_gateway").existing();
/** Login role of rag-api: works in `rag`, on the current user's rows only. */
export const ragApiRole = pgRole("rag_api").existing();
/** NOLOGIN owner of the SECURITY DEFINER functions that work across users. */
export const ragSystemRole = pgRole("rag_system").existing();
