/** People who use the gateway, each with a browser-like cookie jar and the stock client. */
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { v7 as uuidv7 } from "uuid";
import { FRONTEND } from "./environment.ts";

export interface Credentials {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function newPerson(): Credentials {
  const id = uuidv7();
  return { name: "Ada Example", email: `ada.${id}@example.test`, password: `correct horse ${id}` };
}

/** Keeps cookies between requests and sends `Origin`, as a browser does. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #url: string;
  readonly #origin: string;

  constructor(url: string, origin: string = FRONTEND) {
    this.#url = url;
    this.#origin = origin;
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input instanceof Request ? input : new URL(input, this.#url), init);
    if (!request.headers.has("origin")) request.headers.set("origin", this.#origin);
    if (this.cookies.size > 0) request.headers.set("cookie", this.#cookieHeader());
    const response = await fetch(request);
    for (const line of response.headers.getSetCookie()) this.#store(line);
    return response;
  };

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  #cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  #store(line: string): void {
    const [pair = ""] = line.split(";");
    const [name = "", value = ""] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (/max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Better Auth's own client, unmodified. */
export function stockClient(url: string, browser: Browser) {
  return createAuthClient({
    baseURL: url,
    plugins: [jwtClient()],
    fetchOptions: { customFetchImpl: browser.fetch },
  });
}

/** Signs a new person up; the browser then holds the session. */
export async function signUp(url: string, person: Credentials = newPerson()): Promise<Browser> {
  const browser = new Browser(url);
  const response = await browser.post("/api/auth/sign-up/email", person);
  if (!response.ok) throw new Error(`sign-up answered ${response.status}: ${await response.text()}`);
  return browser;
}

/** Signs a new person up as a client without cookies; returns its bearer token. */
export async function signUpBearer(url: string, person: Credentials = newPerson()): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-session-transport": "bearer" },
    body: JSON.stringify(person),
  });
  const token = response.headers.get("set-auth-token");
  if (token === null) throw new Error(`sign-up answered ${response.status} without a token`);
  return token;
}
