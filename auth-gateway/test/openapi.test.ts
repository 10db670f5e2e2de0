/** The OpenAPI document: valid, complete in both directions, and readable by people. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../src/app.ts";
import { toTemplate } from "../src/openapi/document.ts";
import { OWN_OPERATIONS } from "../src/openapi/operations.ts";
import { json } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const everything = {
  SMTP_URL: "smtp://127.0.0.1:1",
  MAIL_FROM: "no-reply@example.test",
  TWO_FACTOR: "on",
  PASSKEYS: "on",
  GITHUB_CLIENT_ID: "id",
  GITHUB_CLIENT_SECRET: "secret",
};
const suite = useGateway();
const full = useGateway({ env: everything });

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, unknown> };
}

const documents: Record<string, Document> = {};

beforeAll(async () => {
  documents["without options"] = await json<Document>(await fetch(`${suite.url}/openapi.json`));
  documents["with all options"] = await json<Document>(await fetch(`${full.url}/openapi.json`));
});

function described({ paths }: Document): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

function mounted({ gateway }: typeof suite): string[] {
  const routes = createApp(gateway.dependencies).routes.filter(({ method, path }) => method !== "ALL" && path !== "/*");
  return [...new Set(routes.map(({ method, path }) => `${method} ${toTemplate(path)}`))];
}

describe.each(["without options", "with all options"])("the document %s", (name) => {
  const document = () => documents[name] as Document;

  it("is valid OpenAPI 3.1", async () => {
    expect(document().openapi).toBe("3.1.1");
    const { valid, errors } = await new Validator().validate({ ...structuredClone(document()) });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it("describes every mounted route, and no other", () => {
    expect(described(document()).sort()).toEqual(mounted(name === "without options" ? suite : full).sort());
  });

  it("is clean: ids are unique, each operation has a summary and answers, each reference and tag exists", () => {
    const operations = Object.values(document().paths).flatMap((methods) => Object.values(methods));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { summary, responses, tags, operationId } of operations) {
      expect(summary, String(operationId)).toEqual(expect.stringMatching(/^.{5,200}$/s));
      expect(Object.keys(responses as object).length, String(operationId)).toBeGreaterThan(0);
      expect(tags, String(operationId)).toHaveLength(1);
    }
    const text = JSON.stringify(document());
    for (const [, schema = ""] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(document().components.schemas)).toContain(schema);
    }
    expect(text).not.toMatch(/"nullable":/);
    for (const [path, methods] of Object.entries(document().paths)) {
      for (const { parameters } of Object.values(methods)) {
        const named = (parameters as { in: string; name: string }[])
          .filter((one) => one.in === "path")
          .map((one) => one.name);
        expect([...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)).toEqual(named);
      }
    }
  });
});

it("has no description of our own that no configuration mounts", () => {
  const all = new Set([...mounted(suite), ...mounted(full)]);
  for (const key of Object.keys(OWN_OPERATIONS)) expect(all).toContain(toTemplate(key));
});

it("may be cached, and comes from the running gateway's address", async () => {
  const response = await fetch(`${suite.url}/openapi.json`);
  expect(response.headers.get("cache-control")).toBe("public, max-age=300");
  expect(JSON.stringify(documents["without options"])).toContain('"servers":[{"url":"http://localhost:3000"}]');
});

it("has a page for people that loads nothing from elsewhere and runs nothing inline", async () => {
  const response = await fetch(`${suite.url}/reference`);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'/);
  expect(policy).not.toMatch(/unsafe|http|\*|data:/);
  const html = await response.text();
  expect(html).not.toMatch(/https?:\/\/|style=|\son\w+=|<script(?![^>]*src)/);
  for (const [, path] of html.matchAll(/(?:src|href)="(\/reference\/[^"]+)"/g)) {
    expect((await fetch(suite.url + path)).status).toBe(200);
  }
});
