/** The deployment that is looked at: its environment, the addresses of its services, and its database. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkout } from "../checkout.ts";
import { type Environment, postgresPort } from "../environment.ts";
import { databaseUrls, loadCredentials } from "../postgres/credentials.ts";
import { findPlaces } from "../postgres/places.ts";
import { gatewayUrl, ragApiEnvironment, type ServiceUrls } from "../services.ts";

export interface Patient {
  readonly environment: Environment;
  /** Without a trailing slash. */
  readonly gateway: string;
  readonly ragApi: string;
  /** Undefined where nobody has said which database. */
  readonly urls: ServiceUrls | undefined;
}

const embeddedDatabase = "auth_gateway";

async function findUrls(environment: Environment): Promise<ServiceUrls | undefined> {
  const { AUTH_GATEWAY_DATABASE_URL: authGatewayUrl, RAG_API_DATABASE_URL: ragApiUrl, DATABASE_URL } = environment;
  if (authGatewayUrl !== undefined && ragApiUrl !== undefined) return { authGatewayUrl, ragApiUrl };
  if (DATABASE_URL !== undefined) return undefined;
  const credentials = await loadCredentials(findPlaces(checkout).cluster).catch(() => undefined);
  return credentials && databaseUrls(credentials, postgresPort(environment), embeddedDatabase);
}

/** `ragApi` overrides where rag-api is looked for; by default on this machine, where its variables say. */
export async function findPatient(environment: Environment, ragApi: string): Promise<Patient> {
  const host = environment.RAG_API_HOST ?? "127.0.0.1";
  const local = `http://${host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host}:${environment.RAG_API_PORT ?? 8000}`;
  return {
    environment,
    gateway: gatewayUrl(environment),
    ragApi: ragApi === "" ? local : ragApi.replace(/\/$/, ""),
    urls: await findUrls(environment),
  };
}

export interface RagApiSettings {
  readonly gatewayUrl: string;
  readonly jwksUrl: string;
  readonly audience: string;
}

const printSettings = `
import json, os, sys
from rag_api.config import ConfigError, load_settings
try:
    settings = load_settings(os.environ)
except ConfigError as error:
    print(json.dumps({"faults": str(error).splitlines()}))
else:
    print(json.dumps({"settings": {
        "gatewayUrl": settings.gateway_url, "jwksUrl": settings.jwks_url, "audience": settings.token_audience}}))
`;

/** What rag-api itself reads from this environment. */
export async function readRagApiSettings(
  environment: Environment,
  urls: ServiceUrls,
): Promise<{ settings: RagApiSettings } | { faults: string[] }> {
  const python = join(checkout, "rag-api", ".venv", "bin", "python");
  const env = ragApiEnvironment(environment, urls);
  const { stdout } = await promisify(execFile)(python, ["-c", printSettings], { env });
  return JSON.parse(stdout);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** This machine's time when the answer's head was made, give or take half of the round trip. */
  readonly at: number;
}

/** Undefined when nobody answers. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer | undefined> {
  try {
    const before = Date.now();
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000), redirect: "manual" });
    const at = (before + Date.now()) / 2;
    return { status: response.status, headers: response.headers, body: await response.text(), at };
  } catch {
    return undefined;
  }
}

export function parse(answer: Answer | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(answer?.body ?? "");
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
