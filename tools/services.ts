/** How the two services and the commands of rag-api are run, and what each gets of the environment. */
import { join } from "node:path";
import { checkout } from "./checkout.ts";
import type { Environment } from "./environment.ts";
import type { DatabaseUrls } from "./postgres/credentials.ts";

export type Command = readonly [program: string, args: readonly string[]];

const python = join(checkout, "rag-api", ".venv", "bin", "python");

export const gatewayCommand: Command = [process.execPath, ["--import", "tsx", "auth-gateway/src/main.ts"]];
export const ragApiCommand: Command = [python, ["-m", "rag_api"]];
export const ingestCommand = (paths: readonly string[]): Command => [
  python,
  ["-m", "rag_api.documents.ingest", ...paths],
];

export const purgeCommand = (args: readonly string[]): Command => [
  python,
  ["-m", "rag_api.retention.purge_command", ...args],
];

/** The gateway's public URL; a changed port changes it too, unless it was set. */
export function gatewayUrl(environment: Environment): string {
  return environment.GATEWAY_URL ?? `http://localhost:${environment.GATEWAY_PORT ?? 3000}`;
}

/** Where browsers find rag-api; a changed port changes it too, unless it was set. */
export function ragApiUrl(environment: Environment): string {
  return environment.RAG_API_URL ?? `http://localhost:${environment.RAG_API_PORT ?? 8000}`;
}

export type ServiceUrls = Pick<DatabaseUrls, "authGatewayUrl" | "ragApiUrl">;

function without(environment: Environment, ...names: string[]): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

const gatewaySecrets = [
  "AUTH_SECRETS",
  "SMTP_URL",
  "GITHUB_CLIENT_SECRET",
  "GOOGLE_CLIENT_SECRET",
  "OIDC_CLIENT_SECRET",
] as const;

/** The owner's URL and the other service's secrets stay out: neither service reads them, so neither can leak them. */
export function gatewayEnvironment(environment: Environment, urls: ServiceUrls): Environment {
  return {
    ...without(environment, "DATABASE_URL", "RAG_API_DATABASE_URL", "OPENAI_API_KEY"),
    GATEWAY_URL: gatewayUrl(environment),
    RAG_API_URL: ragApiUrl(environment),
    AUTH_GATEWAY_DATABASE_URL: urls.authGatewayUrl,
  };
}

export function ragApiEnvironment(environment: Environment, urls: ServiceUrls): Environment {
  return {
    ...without(environment, "DATABASE_URL", "AUTH_GATEWAY_DATABASE_URL", ...gatewaySecrets),
    GATEWAY_URL: gatewayUrl(environment),
    RAG_API_DATABASE_URL: urls.ragApiUrl,
  };
}
