/** Everyone who checks the soak's tokens: jose here, rag-api's verifier and PyJWT's client in a Python process. */
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { checkout } from "../checkout.ts";
import { spawnGuarded } from "../process/guarded.ts";

export interface Verifiers {
  /** What each verifier that refused it said. */
  refusals(token: string): Promise<Record<string, string>>;
  stop(): void;
}

export function startVerifiers(jwksUrl: string, issuer: string, audience: string): Verifiers {
  // With its defaults: another set of keys at most every 30 s, the same one for at most 10 minutes.
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  const python = join(checkout, "rag-api", ".venv", "bin", "python");
  const args = [join(checkout, "tools", "soak", "verifiers.py"), jwksUrl, issuer, audience];
  const child = spawnGuarded(python, args, { deathSignal: "KILL", stdio: ["pipe", "pipe", "inherit"] });
  if (child.stdin === null || child.stdout === null) throw new Error("the verifiers have no pipes");
  const { stdin } = child;
  const lines = createInterface(child.stdout);
  const askPython = async (token: string): Promise<Record<string, string>> => {
    const answer = once(lines, "line");
    stdin.write(`${token}\n`);
    return JSON.parse(String((await answer)[0]));
  };
  const askJose = (token: string): Promise<string> =>
    jwtVerify(token, keys, { issuer, audience, typ: "at+jwt", algorithms: ["ES256"] }).then(
      () => "",
      (error: unknown) => String(error),
    );
  return {
    async refusals(token) {
      const [jose, others] = await Promise.all([askJose(token), askPython(token)]);
      return Object.fromEntries(Object.entries({ jose, ...others }).filter(([, refusal]) => refusal !== ""));
    },
    stop: () => void stdin.end(),
  };
}
