/**
 * Writes token-vectors.json: access tokens, good and hostile, that a verifier in any language can be run against.
 * Run `node --import tsx shared-schema/token-vectors/generate.ts`; every run signs with new keys.
 */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { writeFileSync } from "node:fs";

const now = 1_800_000_000;
const issuer = "https://auth.example.com";
const audience = "rag-api";
const kid = "vector-key-1";
const user = "019a0000-0000-7000-8000-000000000001";

const encode = (value: string | Buffer) => Buffer.from(value).toString("base64url");
const p256 = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const trusted = p256();
const foreign = p256();
const publicJwk = { ...trusted.publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "ES256" };

const goodHeader = { typ: "at+jwt", alg: "ES256", kid };
const goodClaims = {
  iss: issuer,
  sub: user,
  aud: audience,
  exp: now + 240,
  iat: now - 60,
  nbf: now - 60,
  jti: "019a0000-0000-7000-8000-0000000000aa",
  sid: "019a0000-0000-7000-8000-0000000000bb",
  scope: "rag",
  client_id: "first-party",
};

type Members = Record<string, unknown>;

/** `undefined` removes a member; strings are taken as raw JSON. */
const json = (base: Members, change: Members | string) =>
  typeof change === "string" ? change : JSON.stringify({ ...base, ...change });

const es256 = (input: string, key: KeyObject, dsaEncoding: "ieee-p1363" | "der" = "ieee-p1363") =>
  sign("sha256", Buffer.from(input), { key, dsaEncoding });

function token(header: Members | string = {}, claims: Members | string = {}, key = trusted.privateKey): string {
  const input = `${encode(json(goodHeader, header))}.${encode(json(goodClaims, claims))}`;
  return `${input}.${encode(es256(input, key))}`;
}

function withHmac(secret: string | Buffer): string {
  const input = `${encode(json(goodHeader, { alg: "HS256" }))}.${encode(JSON.stringify(goodClaims))}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

function withDerSignature(): string {
  const input = `${encode(JSON.stringify(goodHeader))}.${encode(JSON.stringify(goodClaims))}`;
  return `${input}.${encode(es256(input, trusted.privateKey, "der"))}`;
}

/** The last of 86 characters carries four unused bits: another spelling of the same signature. */
function withLooseLastCharacter(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const good = token();
  return good.slice(0, -1) + alphabet.charAt(alphabet.indexOf(good.slice(-1)) + 1);
}

const without = (claim: string): [string, string] => [`no ${claim}`, token({}, { [claim]: undefined })];
const [head = "", body = "", signature = ""] = token().split(".");
const otherBody = encode(JSON.stringify({ ...goodClaims, sub: "019a0000-0000-7000-8000-000000000002" }));
const nested = `${'{"a":'.repeat(900)}1${"}".repeat(900)}`;

const valid: [string, string][] = [
  ["as issued", token()],
  ["typ with its full media type (RFC 9068, 4)", token({ typ: "application/at+jwt" })],
  ["one second before expiry", token({}, { exp: now + 1 })],
];

const invalid: [string, string][] = [
  ...Object.keys(goodClaims).map(without),
  ["expired", token({}, { iat: now - 400, nbf: now - 400, exp: now - 100 })],
  ["expires now", token({}, { exp: now })],
  ["exp as a string", token({}, { exp: String(now + 240) })],
  ["exp as a fraction", token({}, { exp: now + 240.5 })],
  ["exp null", token({}, { exp: null })],
  ["exp a list", token({}, { exp: [] })],
  ["exp Infinity", token({}, JSON.stringify(goodClaims).replace(String(now + 240), "Infinity"))],
  ["exp beyond any number", token({}, JSON.stringify(goodClaims).replace(String(now + 240), `1${"0".repeat(400)}`))],
  ["lives a day", token({}, { exp: now + 86_400 })],
  ["issued tomorrow", token({}, { iat: now + 86_400, nbf: now + 86_400, exp: now + 86_700 })],
  ["not yet valid", token({}, { nbf: now + 3_600 })],
  ["iat a boolean", token({}, { iat: true })],
  ["another issuer", token({}, { iss: "https://evil.example.com" })],
  ["issuer with a slash", token({}, { iss: `${issuer}/` })],
  ["another audience", token({}, { aud: "billing-api" })],
  ["audience a list", token({}, { aud: [audience, "billing-api"] })],
  ["audience empty", token({}, { aud: "" })],
  ["sub not a UUID", token({}, { sub: "1 or 1=1" })],
  ["sub a number", token({}, { sub: 1 })],
  ["sid not a UUID", token({}, { sid: "x" })],
  ["jti empty", token({}, { jti: "" })],
  ["scope a list", token({}, { scope: ["rag"] })],
  ["a machine's client id", token({}, { client_id: "svc_reports", sub: "svc_reports", sid: undefined })],
  ["another client id", token({}, { client_id: "third-party" })],
  ["typ JWT", token({ typ: "JWT" })],
  ["no typ", token({ typ: undefined })],
  ["alg none, no signature", `${encode(json(goodHeader, { alg: "none" }))}.${body}.`],
  ["alg none, old signature", `${encode(json(goodHeader, { alg: "none" }))}.${body}.${signature}`],
  ["alg ES256 in other case", token({ alg: "es256" })],
  ["alg RS256", token({ alg: "RS256" })],
  ["alg a list", token({ alg: ["ES256"] })],
  ["HS256 with the public key in PEM as secret", withHmac(trusted.publicKey.export({ format: "pem", type: "spki" }))],
  ["HS256 with the JWK as secret", withHmac(JSON.stringify(publicJwk))],
  ["no kid", token({ kid: undefined })],
  ["unknown kid", token({ kid: "vector-key-9" })],
  ["kid a number", token({ kid: 1 })],
  ["kid a path", token({ kid: "../../etc/passwd" })],
  ["signed by another key under our kid", token({}, {}, foreign.privateKey)],
  ["signed by the key it brings", token({ jwk: foreign.publicKey.export({ format: "jwk" }) }, {}, foreign.privateKey)],
  ["jku", token({ jku: "https://evil.example.com/jwks.json" })],
  ["x5u", token({ x5u: "https://evil.example.com/cert" })],
  ["unknown crit", token({ crit: ["urn:example:unknown"], "urn:example:unknown": true })],
  ["b64 false", token({ b64: false, crit: ["b64"] })],
  ["two alg members", token(`{"typ":"at+jwt","alg":"none","alg":"ES256","kid":"${kid}"}`)],
  ["two sub claims", token({}, JSON.stringify(goodClaims).replace("{", `{"sub":"${user.replace("1", "2")}",`))],
  ["header deeply nested", token(nested)],
  ["header a list", token("[]")],
  ["header not JSON", token("{")],
  ["claims a list", token({}, "[]")],
  ["claims not JSON", token({}, "{")],
  ["claims changed after signing", `${head}.${otherBody}.${signature}`],
  ["no signature", `${head}.${body}.`],
  ["signature cut", `${head}.${body}.${signature.slice(0, -4)}`],
  ["signature in DER", withDerSignature()],
  ["signature zero", `${head}.${body}.${encode(Buffer.alloc(64))}`],
  ["signature padded", `${token()}==`],
  ["signature spelled in another way", withLooseLastCharacter()],
  ["two parts", `${head}.${body}`],
  ["four parts", `${token()}.${signature}`],
  ["spaces inside", token().replace(".", ". ")],
  ["base64 in place of base64url", token({}, { scope: "???>>>" }).replace(/_/g, "/").replace(/-/g, "+")],
  ["five kilobytes", token({}, { scope: "r".repeat(5_000) })],
  ["empty", ""],
  ["only dots", ".."],
];

const client = "svc_0123456789abcdef0123456789abcdef";
const machineClaims = { sub: client, client_id: client, sid: undefined, scope: "documents:write" };
const machine = (change: Members = {}, key = trusted.privateKey) => token({}, { ...machineClaims, ...change }, key);

const invalidMachines: [string, string][] = [
  ...Object.keys(goodClaims)
    .filter((claim) => claim !== "sid")
    .map((claim): [string, string] => [`no ${claim}`, machine({ [claim]: undefined })]),
  ["expired", machine({ iat: now - 400, nbf: now - 400, exp: now - 100 })],
  ["lives a day", machine({ exp: now + 86_400 })],
  ["another issuer", machine({ iss: "https://evil.example.com" })],
  ["another audience", machine({ aud: "billing-api" })],
  ["a session", machine({ sid: goodClaims.sid })],
  ["sub another client", machine({ sub: client.replace("0", "f") })],
  ["sub a user", machine({ sub: user })],
  ["client id of first parties", machine({ client_id: goodClaims.client_id })],
  ["client id without the prefix", machine({ sub: client.slice(4), client_id: client.slice(4) })],
  ["scope a list", machine({ scope: ["documents:write"] })],
  ["signed by another key under our kid", machine({}, foreign.privateKey)],
];

const file = {
  description:
    "Access tokens for verifiers: take `now` as the time, `issuer` and `audience` as expected values, `jwks` as keys.",
  now,
  issuer,
  audience,
  jwks: { keys: [publicJwk] },
  cases: [
    ...valid.map(([name, value]) => ({ name, valid: true, token: value })),
    ...invalid.map(([name, value]) => ({ name, valid: false, token: value })),
  ],
  machineClient: client,
  machineCases: [
    { name: "as issued", valid: true, token: machine() },
    ...invalidMachines.map(([name, value]) => ({ name, valid: false, token: value })),
  ],
};
writeFileSync(new URL("../token-vectors.json", import.meta.url), `${JSON.stringify(file, null, 2)}\n`);
