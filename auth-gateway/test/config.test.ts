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
      auditRetentionDays: 400,
      erasure: { graceMs: 20 * 3_600_000, journal: ".data/erasure-journal.jsonl", backupRetentionDays: 30 },
      gatewayUrl: "http://localhost:3000",
      ragApiUrl: "http://localhost:8000",
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
      cookies: { prefix: "auth", secure: false, sameSite: "lax" },
      tokenAudiences: ["rag-api"],
      keyPolicy: { publishAhead: 20 * 60_000, rotationInterval: 30 * 86_400_000 },
      mail: undefined,
      signUp: "open",
      social: {},
      passkeyDomain: undefined,
      twoFactor: false,
      trustedProxies: [],
      threadPoolSize: 4,
      limits: {
        account: { quota: 10, window: 15 * 60_000 },
        address: { quota: 100, window: 15 * 60_000 },
        client: { quota: 20, window: 15 * 60_000 },
        signUp: { quota: 100, window: 3_600_000 },
        mailAccount: { quota: 10, window: 3_600_000 },
        mailAddress: { quota: 100, window: 3_600_000 },
        challenges: { quota: 300, window: 15 * 60_000 },
        reads: { quota: 6_000, window: 10_000 },
      },
      passwordBreachApi: undefined,
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

  it("confirms addresses where it can mail, unless told otherwise", () => {
    const mail = { SMTP_URL: "smtps://u:p%40ss@mail.example.com", MAIL_FROM: "Example <no-reply@example.com>" };
    expect(parseConfig({ ...VALID, ...mail })).toMatchObject({
      signUp: "verify",
      mail: { url: mail.SMTP_URL, from: mail.MAIL_FROM },
    });
    expect(parseConfig({ ...VALID, ...mail, SIGN_UP: "open" }).signUp).toBe("open");
  });

  it.each([
    ["http://localhost:3000", "http://localhost:5173", "localhost"],
    ["https://auth.example.com", "https://app.example.com,https://example.com", "example.com"],
  ])("binds passkeys to the common domain: %s with %s is %s", (gateway, frontends, domain) => {
    const env = { ...VALID, PASSKEYS: "on", GATEWAY_URL: gateway, FRONTEND_ORIGINS: frontends };
    expect(parseConfig(env).passkeyDomain).toBe(domain);
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
    ["KEY_PUBLISH_AHEAD", "20", /number with a unit/],
    ["KEY_PUBLISH_AHEAD", "0m", /number with a unit/],
    ["KEY_ROTATION_INTERVAL", "1 week", /number with a unit/],
    ["KEY_ROTATION_INTERVAL", "10m", /must not be shorter than KEY_PUBLISH_AHEAD/],
    ["SMTP_URL", "https://mail.example.com", /must look like smtp:/],
    ["MAIL_FROM", "nobody", /must look like no-reply@example\.com/],
    ["MAIL_FROM", "A <a@b.example>, B <b@b.example>", /must look like/],
    ["SIGN_UP", "closed", /open/],
    ["TWO_FACTOR", "yes", /on/],
    ["PASSKEYS", "1", /on/],
    ["OIDC_ISSUER", "id.example.com", /http/],
    ["TRUSTED_PROXIES", "10.0.0.1", /list of networks/],
    ["TRUSTED_PROXIES", "10/8", /list of networks/],
    ["TRUSTED_PROXIES", "10.0.0.0/33", /list of networks/],
    ["TRUSTED_PROXIES", "10.0.0.0/8,loopback", /list of networks/],
    ["AUTH_LIMIT_ACCOUNT", "10", /10\/15m/],
    ["AUTH_LIMIT_ADDRESS", "0/15m", /10\/15m/],
    ["AUTH_LIMIT_SIGN_UP", "10/13h", /more than 12h/],
    ["AUTH_LIMIT_MAIL_ACCOUNT", "10/1d", /10\/15m/],
    ["AUTH_LIMIT_READS", "many", /10\/15m/],
    ["UV_THREADPOOL_SIZE", "0", />=1/],
    ["PASSWORD_BREACH_API", "api.example.com", /https/],
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
    ERASURE_JOURNAL: "/var/lib/auth-gateway/erasure-journal.jsonl",
  };

  it.each([
    ["a cross-site frontend over http", { FRONTEND_ORIGINS: "https://app.example.com" }, /^FRONTEND_ORIGINS: .*https/],
    ["another name of this machine", { FRONTEND_ORIGINS: "http://127.0.0.1:5173" }, /^FRONTEND_ORIGINS: .*same host/],
    [
      "production over http",
      {
        ...production,
        SIGN_UP: "open",
        GATEWAY_URL: "http://auth.example.com",
        FRONTEND_ORIGINS: "http://app.example.com",
      },
      /^GATEWAY_URL: must be https/,
    ],
    [
      "production with default origins",
      { ...production, SIGN_UP: "open", FRONTEND_ORIGINS: "" },
      /^FRONTEND_ORIGINS: is required/,
    ],
    [
      "production that does not say where erasures are remembered",
      { ...production, SIGN_UP: "open", ERASURE_JOURNAL: "" },
      /^ERASURE_JOURNAL: is required/,
    ],
    ["production that does not say how to sign up", production, /^SMTP_URL: is required .*SIGN_UP=open/],
    ["confirmed addresses without mails", { SIGN_UP: "verify" }, /^SIGN_UP: verify .*needs SMTP_URL/],
    ["mails from nobody", { SMTP_URL: "smtp://mail.example.com" }, /^MAIL_FROM: is required with SMTP_URL/],
    ["a sender without mails", { MAIL_FROM: "a@example.com" }, /^MAIL_FROM: is used with SMTP_URL only/],
    [
      "a provider without its secret",
      { GITHUB_CLIENT_ID: "x" },
      /^GITHUB_CLIENT_SECRET: is required with GITHUB_CLIENT_ID/,
    ],
    [
      "an OpenID provider over http",
      { OIDC_ISSUER: "http://id.example.com", OIDC_CLIENT_ID: "x", OIDC_CLIENT_SECRET: "y" },
      /^OIDC_ISSUER: must be https/,
    ],
    [
      "passkeys for several domains",
      { PASSKEYS: "on", GATEWAY_URL: "https://auth.example.com", FRONTEND_ORIGINS: "https://app.example.net" },
      /^PASSKEYS: .*one domain/,
    ],
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
        SIGN_UP: "open",
        GATEWAY_URL: "http://localhost:3000",
        FRONTEND_ORIGINS: "http://localhost:1",
      }),
    ).toEqual([]);
  });
});
