/** The OpenAPI 3.1 document: every mounted route, and no other. */
import type { Route } from "../routing.ts";
import { OWN_OPERATIONS } from "./operations.ts";
import { type Operation, object, type Schema } from "./schemas.ts";

/** What Better Auth says of its own endpoints, by its path templates. */
export interface DescribedAuth {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

type MountedRoute = Pick<Route, "method" | "path">;

const AUTH_PREFIX = "/api/auth";
const SESSION = [{ session: [] }, { bearer: [] }];
const SECURITY = { session: SESSION, client: [{ client: [] }] };

export function createDocument(gatewayUrl: string, routes: readonly MountedRoute[], auth: DescribedAuth): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const { method, path } of routes) {
    const template = toTemplate(path);
    const own = OWN_OPERATIONS[`${method} ${path}`];
    const operation = own === undefined ? describedByAuth(method, path, auth) : describe(own);
    if (operation === undefined) continue;
    paths[template] = { ...paths[template], [method.toLowerCase()]: withId(method, path, operation) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "auth-gateway",
      version: "1",
      license: { name: "MIT", identifier: "MIT" },
      description:
        "Sign-up, sign-in, sessions and access tokens. Errors are RFC 9457 problems; Better Auth's own have a code.",
    },
    servers: [{ url: gatewayUrl }],
    tags: tagsOf(paths),
    paths,
    components: { schemas: { ...auth.schemas, Problem: problem, AuthError: authError }, securitySchemes },
  };
}

/** `/x/:id` in Hono is `/x/{id}` in OpenAPI. */
export function toTemplate(path: string): string {
  return path.replace(/:([A-Za-z0-9_]+)/g, "{$1}");
}

function withId(method: string, path: string, operation: Schema): Schema {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  const parameters = [...path.matchAll(/:([A-Za-z0-9_]+)/g)].map(([, parameter]) => ({
    name: parameter,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const all: readonly Schema[] = Array.isArray(operation["parameters"]) ? operation["parameters"] : [];
  const given = all.filter((parameter) => parameter["in"] !== "path");
  return { operationId: `${method.toLowerCase()}${name}`, ...operation, parameters: [...parameters, ...given] };
}

function describe({ tag, summary, security, parameters, form, json, answers }: Operation): Schema {
  const responses = Object.entries(answers).map(([status, { description, type, schema }]) => [
    status,
    { description, ...(type === undefined ? {} : { content: { [type]: { schema } } }) },
  ]);
  const content = {
    ...(form === undefined ? {} : { "application/x-www-form-urlencoded": { schema: form } }),
    ...(json === undefined ? {} : { "application/json": { schema: json } }),
  };
  return {
    tags: [tag],
    summary,
    ...(security === undefined ? { security: [] } : { security: SECURITY[security] }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(Object.keys(content).length === 0 ? {} : { requestBody: { required: true, content } }),
    responses: { ...Object.fromEntries(responses), default: problemAnswer },
  };
}

/** Routes under which nobody is signed in yet. */
const PUBLIC =
  /^\/(sign-up|sign-in|sign-out|request-password-reset|reset-password|verify-email|send-verification|unlock|change-email\/confirm)/;

function describedByAuth(method: string, path: string, auth: DescribedAuth): Schema | undefined {
  const endpoint = path.startsWith(AUTH_PREFIX) ? path.slice(AUTH_PREFIX.length) : undefined;
  const found = endpoint === undefined ? undefined : auth.paths[toTemplate(endpoint)]?.[method.toLowerCase()];
  if (endpoint === undefined || found === undefined) return undefined;
  const { description, parameters, requestBody, responses } = modernize(found) as Record<string, Schema>;
  const success = Object.entries(responses ?? {}).filter(([status]) => status.startsWith("2"));
  const group = endpoint.split("/")[1] ?? "";
  return {
    tags: [
      group === "admin"
        ? "Administration"
        : group === "two-factor" || group === "passkey"
          ? "Second factors"
          : "Sessions",
    ],
    summary: description ?? endpoint,
    security: PUBLIC.test(endpoint) ? [] : SESSION,
    ...(parameters === undefined ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      ...(success.length === 0 ? { "200": { description: "Done" } } : Object.fromEntries(success)),
      "4XX": authErrorAnswer,
      default: problemAnswer,
    },
  };
}

/** `nullable` and a `type` beside `$ref` are OpenAPI 3.0's; in 3.1 they mean nothing. */
function modernize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modernize);
  if (typeof value !== "object" || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, modernize(member)] as const),
  );
  if (typeof rest["$ref"] === "string") return { $ref: rest["$ref"] };
  if (nullable !== true) return typeof nullable === "object" ? { ...rest, nullable } : rest;
  if (typeof rest["type"] === "string") return { ...rest, type: [rest["type"], "null"] };
  return Array.isArray(rest["type"]) ? rest : { anyOf: [rest, { type: "null" }] };
}

function tagsOf(paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>): Schema[] {
  const names = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ tags }) => String(tags)));
  return [...new Set(names)].sort().map((name) => ({ name }));
}

const problem = object(
  {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
    requestId: { type: "string" },
    message: { type: "string", description: "Repeats `detail` under /api/auth" },
  },
  ["message"],
);
const authError = object({ code: { type: "string" }, message: { type: "string" } }, ["code"]);
const ref = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } });
const problemAnswer = { description: "A problem (RFC 9457)", content: { "application/problem+json": ref("Problem") } };
const authErrorAnswer = {
  description: "Better Auth's refusal, or ours as a problem",
  content: { "application/json": ref("AuthError"), "application/problem+json": ref("Problem") },
};
const securitySchemes = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "auth.session_token",
    description: "With https: __Host-auth.session_token",
  },
  bearer: { type: "http", scheme: "bearer", description: "The session token of `x-session-transport: bearer`" },
  client: { type: "http", scheme: "basic", description: "Client id and secret of a machine client" },
};
