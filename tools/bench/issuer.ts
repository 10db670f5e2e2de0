/** Stands in for the gateway: one key, its JWKS over HTTP, and access tokens; the benchmark is of rag-api alone. */
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BenchUser } from "./seed.ts";

export interface Issuer {
  readonly url: string;
  /** An access token of five minutes. */
  token(user: BenchUser): string;
  close(): void;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export async function startIssuer(audience: string): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...publicKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: "bench" };
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const header = encode({ typ: "at+jwt", alg: "ES256", kid: "bench" });
  return {
    url,
    token({ userId, sessionId }) {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: url, aud: audience, sub: userId, sid: sessionId, client_id: "first-party", scope: "rag" };
      const signed = `${header}.${encode({ ...claims, iat: now, nbf: now, exp: now + 300, jti: randomUUID() })}`;
      const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${signed}.${signature.toString("base64url")}`;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
