/** rag-api, typed by its own OpenAPI document. */
import createClient from "openapi-fetch";
import { runtimeConfig } from "../config.ts";
import type { components, paths } from "./generated/rag-api.d.ts";
import { ApiError, errorFrom } from "./problem.ts";
import { sessionEnd } from "./session-end.ts";
import { accessToken } from "./token.ts";

export type Schemas = components["schemas"];

async function send(request: Request, token: string): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${token}`);
  try {
    return await fetch(new Request(request, { headers }));
  } catch (error) {
    throw errorFrom(error);
  }
}

/** One try with the token at hand, one with a fresh one: a key may have changed meanwhile. */
async function sendTwice(request: Request): Promise<Response> {
  const token = await accessToken();
  // A request's body can be read once, and it may be needed again.
  const response = await send(request.clone(), token);
  return response.status === 401 ? send(request.clone(), await accessToken(token)) : response;
}

/** `fetch` for rag-api, for `useChat` too. When the session has ended it waits for the sign-in, then sends. */
export async function ragFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  for (;;) {
    try {
      const response = await sendTwice(request);
      if (response.status !== 401) return response;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
    await sessionEnd.renewed();
  }
}

export const ragApi = createClient<paths>({ baseUrl: runtimeConfig().ragApiUrl, fetch: ragFetch });

export { dataOf } from "./answers.ts";
