/** How the gateway serves the web client: caching, coding, policy, and what stays of the other answers. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppEnv } from "../src/app-env.ts";
import { parseConfig } from "../src/config.ts";
import { loadWebBuild } from "../src/web/build.ts";
import { clientConfigOf } from "../src/web/client-config.ts";
import { webRoutes } from "../src/web/routes.ts";
import { testEnvironment } from "./harness/environment.ts";
import { expectProblem } from "./harness/problems.ts";
import { useGateway } from "./harness/suite.ts";

const DATABASE = "postgresql://auth_gateway:x@localhost/app";
const script = `console.log("${"x".repeat(200)}")`;
const folder = mkdtempSync(join(tmpdir(), "web-build-"));
let app: Hono<AppEnv>;

function appWith(build: string, env: Record<string, string> = {}): Hono<AppEnv> {
  const config = clientConfigOf(parseConfig(testEnvironment(DATABASE, env)));
  const made = new Hono<AppEnv>();
  for (const { method, path, handler } of webRoutes({ build: loadWebBuild(build), config }))
    made.on(method, path, handler);
  return made;
}

beforeAll(() => {
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>The client</title>");
  writeFileSync(join(folder, "assets", "main-abc.js"), script);
  writeFileSync(join(folder, "assets", "main-abc.js.br"), brotliCompressSync(script));
  writeFileSync(join(folder, "assets", "main-abc.js.gz"), gzipSync(script));
  app = appWith(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

describe("a page", () => {
  it("is the same file on every path of the client, asked for anew each time", async () => {
    for (const path of ["/", "/sign-in", "/c/some-id", "/privacy"]) {
      const response = await get(path);
      expect([path, response.status, response.headers.get("cache-control")]).toEqual([path, 200, "no-cache"]);
      expect(await response.text()).toContain("The client");
    }
    const etag = (await get("/")).headers.get("etag") ?? "";
    expect((await get("/", { "if-none-match": etag })).status).toBe(304);
  });

  it("runs our own scripts only, and talks to the two services only", async () => {
    const policy = (await get("/")).headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).toContain("connect-src 'self' http://localhost:8000;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
  });
});

describe("a hashed file", () => {
  it.each([
    ["br, gzip", "br", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
    ["br;q=0, gzip;q=0.5", "gzip", gunzipSync],
  ] as const)("comes compressed to who accepts %s", async (accepted, coding, decompress) => {
    const response = await get("/assets/main-abc.js", { "accept-encoding": accepted });
    expect(response.headers.get("content-encoding")).toBe(coding);
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(decompress(Buffer.from(await response.arrayBuffer())).toString()).toBe(script);
  });

  it("comes as it is to who accepts nothing, and only if it is of this build", async () => {
    expect(await (await get("/assets/main-abc.js")).text()).toBe(script);
    const bare = new Hono<AppEnv>();
    bare.onError((error, c) => c.text(error.message, 404));
    for (const { method, path, handler } of webRoutes({
      build: loadWebBuild(folder),
      config: clientConfigOf(parseConfig(testEnvironment(DATABASE))),
    })) {
      bare.on(method, path, handler);
    }
    for (const path of ["/assets/main-old.js", "/assets/..%2findex.html", "/assets/main-abc.js.br"]) {
      expect((await bare.request(path)).status, path).toBe(404);
    }
  });
});

it("/config.json tells what this gateway offers, and no secret", async () => {
  const plain = await (await get("/config.json")).json();
  expect(plain).toEqual({
    ragApiUrl: "http://localhost:8000",
    signUp: "open",
    mail: false,
    twoFactor: false,
    passkeys: false,
    social: [],
  });
  const full = await appWith(folder, {
    RAG_API_URL: "https://rag.example.com/v/",
    SMTP_URL: "smtp://user:hidden@mail.example.com",
    MAIL_FROM: "no-reply@example.com",
    TWO_FACTOR: "on",
    GITHUB_CLIENT_ID: "id",
    GITHUB_CLIENT_SECRET: "hidden",
    OIDC_ISSUER: "https://id.example.com/realm",
    OIDC_CLIENT_ID: "id",
    OIDC_CLIENT_SECRET: "hidden",
  }).request("/config.json");
  const text = await full.text();
  expect(text).not.toContain("hidden");
  expect(JSON.parse(text)).toMatchObject({
    ragApiUrl: "https://rag.example.com/v",
    signUp: "verify",
    mail: true,
    social: [
      { id: "github", name: "GitHub" },
      { id: "oidc", name: "id.example.com" },
    ],
  });
});

it("without a build, the page says how to make it", async () => {
  const response = await appWith(join(folder, "nothing")).request("/");
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm run build -w auth-gateway");
});

it("a protected gateway wants a protected rag-api", () => {
  const env = { GATEWAY_URL: "https://auth.example.com", FRONTEND_ORIGINS: "https://app.example.com" };
  expect(() => parseConfig(testEnvironment(DATABASE, { ...env, RAG_API_URL: "http://rag.example.com" }))).toThrow(
    /RAG_API_URL: must be https/,
  );
  parseConfig(testEnvironment(DATABASE, { ...env, RAG_API_URL: "https://rag.example.com" }));
});

describe("a running gateway", () => {
  const suite = useGateway();

  it("leaves machines their problems: only who asks for a page gets one", async () => {
    await expectProblem(await fetch(`${suite.url}/no-such-page`), "not_found");
    await expectProblem(await fetch(`${suite.url}/assets/no-such-file.js`), "not_found");
    const page = await fetch(`${suite.url}/no-such-page`, { headers: { accept: "text/html,*/*" } });
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect([404, 503]).toContain(page.status);
    for (const path of ["/livez", "/.well-known/jwks.json", "/openapi.json"]) {
      expect((await fetch(suite.url + path, { headers: { accept: "text/html" } })).status, path).toBe(200);
    }
    expect((await fetch(`${suite.url}/config.json`)).status).toBe(200);
  });
});
