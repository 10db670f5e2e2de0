/** The environment is read once, and every bad variable is named. */
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../src/config.ts";
import { SECRETS } from "./harness/environment.ts";

const VALID = {
  AUTH_GATEWAY_DATABASE_URL: "postgresql://auth_gateway:pw@127.0.0.1:54329/auth_gateway",
  AUTH_SECRETS: SECRETS,
};
const SECRET = SECRETS.slice(2);

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("a valid environment", () => {
  it("needs the database and the secrets only", () => {
    expect(parseConfig(VALID)).toEqual({
      gatewayUrl: "http://localhost:3000",
      host: "127.0.0.1",
      port: 3000,
      database: {
        url: VALID.AUTH_GATEWAY_DATABASE_URL,
        driver: "pg",
        poolSize: 10,
        neonWsProxy: undefined,
      },
      authSecrets: [{ version: 1, value: SECRET }],
      frontendOrigins: ["http://localhost:5173"],
      trustedOrigins: ["http://localhost:5173", "http://localhost:3000"],
      cookies: { secure: false, sameSite: "lax" },
      tokenAudiences: ["rag-api"],
      logLevel: "info",
    });
  });

  it("is frozen to the bottom", () => {
    const config = parseConfig(VALID);
    expect(() => Object.assign(config.database, { poolSize: 1 })).toThrow(TypeError);
    expect(() => Reflect.apply(Array.prototype.push, config.frontendOrigins, ["https://evil.example"])).toThrow(
      TypeError,
    );
  });

  it("takes an empty variable for an unset one", () => {
    expect(parseConfig({ ...VALID, GATEWAY_PORT: "", NEON_WS_PROXY: "" }).port).toBe(3000);
  });

  it.each([
    ["postgresql://u:p@ep-cool-1.eu-central-1.aws.neon.tech/db", "neon"],
    ["postgresql://u:p@db.example.com/db", "pg"],
    ["postgresql://u:p@neon.tech.example.com/db", "pg"],
  ])("chooses the driver by host: %s is %s", (url, driver) => {
    expect(parseConfig({ ...VALID, AUTH_GATEWAY_DATABASE_URL: url }).database.driver).toBe(driver);
  });

  it.each([
    ["https://auth.example.com", "https://app.example.com", "lax"],
    ["https://auth.example.co.uk", "https://app.other.co.uk", "none"],
    ["https://auth.example.com", "https://app.example.com,https://partner.net", "none"],
    ["https://one.github.io", "https://two.github.io", "none"],
    ["http://localhost:3000", "http://localhost:5173", "lax"],
    ["https://10.0.0.1:3000", "https://10.0.0.1:5173", "lax"],
    ["https://10.0.0.1:3000", "https://10.0.0.2", "none"],
  ])("decides SameSite by the sites: %s with %s is %s", (gateway, frontends, sameSite) => {
    const config = parseConfig({ ...VALID, GATEWAY_URL: gateway, FRONTEND_ORIGINS: frontends });
    expect(config.cookies.sameSite).toBe(sameSite);
  });

  it("keeps the order of secrets and audiences", () => {
    const other = SECRET.split("").reverse().join("");
    const config = parseConfig({ ...VALID, AUTH_SECRETS: `2:${other},1:${SECRET}`, TOKEN_AUDIENCES: "rag-api,mail" });
    expect(config.authSecrets.map(({ version }) => version)).toEqual([2, 1]);
    expect(config.tokenAudiences).toEqual(["rag-api", "mail"]);
  });
});

describe("a bad variable is named", () => {
  it.each([
    ["AUTH_GATEWAY_DATABASE_URL", undefined, /is required/],
    ["AUTH_GATEWAY_DATABASE_URL", "mysql://u:p@h/db", /must look like postgresql:/],
    ["AUTH_GATEWAY_DATABASE_URL", "postgresql://h/db", /must look like postgresql:/],
    ["DATABASE_DRIVER", "mysql", /pg/],
    ["NEON_WS_PROXY", "ws://localhost:1", /host:port/],
    ["DATABASE_POOL_SIZE", "1", /at least 2/],
    ["DATABASE_POOL_SIZE", "many", /number/],
    ["GATEWAY_URL", "localhost:3000", /http/],
    ["GATEWAY_URL", "https://auth.example.com/", /bare origin/],
    ["GATEWAY_URL", "https://auth.example.com/auth", /bare origin, here: https:\/\/auth\.example\.com$/],
    ["GATEWAY_PORT", "70000", /65535/],
    ["AUTH_SECRETS", undefined, /is required/],
    ["AUTH_SECRETS", SECRET, /version:secret/],
    ["AUTH_SECRETS", `x:${SECRET}`, /version:secret/],
    ["AUTH_SECRETS", "1:tooshort", /at least 32/],
    ["AUTH_SECRETS", `1:${"A".repeat(60)}`, /not random/],
    ["AUTH_SECRETS", `1:${SECRET}!`, /not base64url/],
    ["AUTH_SECRETS", `1:${SECRET},1:${SECRET}`, /version is used twice/],
    ["AUTH_SECRETS", `1:${SECRET},`, /version:secret/],
    ["FRONTEND_ORIGINS", "*", /'\*' is not an origin/],
    ["FRONTEND_ORIGINS", "http://localhost:5173/", /bare origin/],
    ["FRONTEND_ORIGINS", "http://localhost:5173,http://localhost:5173/app", /bare origin/],
    ["FRONTEND_ORIGINS", "http://localhost:5173,http://localhost:5173", /twice/],
    ["FRONTEND_ORIGINS", "app.example.com", /absolute URL/],
    ["TOKEN_AUDIENCES", "rag api", /comma-separated/],
    ["TOKEN_AUDIENCES", "rag-api,rag-api", /twice/],
    ["LOG_LEVEL", "loud", /info/],
  ])("%s=%s", (name, value, expected) => {
    const problems = problemsOf({ ...VALID, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `));
    expect(problems[0]).toMatch(expected);
  });

  it("together with every other one, and never with a secret", () => {
    const problems = problemsOf({
      AUTH_SECRETS: "1:hunter2hunter2",
      GATEWAY_URL: "x",
      GATEWAY_PORT: "y",
      LOG_LEVEL: "z",
    });
    expect(problems.map((problem) => problem.split(":")[0]).sort()).toEqual([
      "AUTH_GATEWAY_DATABASE_URL",
      "AUTH_SECRETS",
      "GATEWAY_PORT",
      "GATEWAY_URL",
      "LOG_LEVEL",
    ]);
    expect(problems.join("\n")).not.toMatch(/hunter2/);
  });
});

describe("a contradiction is explained", () => {
  const production = {
    NODE_ENV: "production",
    GATEWAY_URL: "https://auth.example.com",
    FRONTEND_ORIGINS: "https://app.example.com",
  };

  it.each([
    ["a cross-site frontend over http", { FRONTEND_ORIGINS: "https://app.example.com" }, /^FRONTEND_ORIGINS: .*https/],
    ["another name of this machine", { FRONTEND_ORIGINS: "http://127.0.0.1:5173" }, /^FRONTEND_ORIGINS: .*same host/],
    [
      "production over http",
      { ...production, GATEWAY_URL: "http://auth.example.com", FRONTEND_ORIGINS: "http://app.example.com" },
      /^GATEWAY_URL: must be https/,
    ],
    ["production with default origins", { ...production, FRONTEND_ORIGINS: "" }, /^FRONTEND_ORIGINS: is required/],
    ["a Neon proxy without Neon", { NEON_WS_PROXY: "127.0.0.1:1" }, /^NEON_WS_PROXY: /],
    ["a second list of origins", { BETTER_AUTH_TRUSTED_ORIGINS: "https://evil.example" }, /FRONTEND_ORIGINS instead/],
    ["a second secret", { BETTER_AUTH_SECRET: SECRET }, /AUTH_SECRETS instead/],
  ])("%s", (_name, env, expected) => {
    const problems = problemsOf({ ...VALID, ...env });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  it("but production on this machine's loopback may be http", () => {
    expect(
      problemsOf({
        ...VALID,
        ...production,
        GATEWAY_URL: "http://localhost:3000",
        FRONTEND_ORIGINS: "http://localhost:1",
      }),
    ).toEqual([]);
  });
});
