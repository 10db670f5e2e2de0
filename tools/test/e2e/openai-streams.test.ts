/** What can happen to a stream of the stock `openai` client: it fails, is stopped, or is cut and asked for again. */
import { randomUUID } from "node:crypto";
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CuttableProxy, startProxy } from "../../testing/cuttable-proxy.ts";
import { type ModelServer, startModelServer } from "../../testing/model-server.ts";
import { type Services, startServices } from "../../testing/services.ts";
import { cookieFetch } from "./cookie-fetch.ts";

let model: ModelServer;
let services: Services;
let proxy: CuttableProxy;
let token: string;

beforeAll(async () => {
  model = await startModelServer();
  services = await startServices({ AGENT: "openai", OPENAI_BASE_URL: model.url, OPENAI_MODEL: "small" });
  proxy = await startProxy(services.ragApi.url);
  const browser = createAuthClient({
    baseURL: services.gateway.url,
    plugins: [jwtClient()],
    fetchOptions: { customFetchImpl: cookieFetch("http://localhost:5173") },
  });
  await browser.signUp.email({ name: "Ada", email: `${randomUUID()}@example.com`, password: "correct horse battery" });
  token = (await browser.token()).data?.token ?? "";
});

afterAll(async () => {
  await proxy.stop();
  await services.stop();
  await model.stop();
});

interface Reading {
  text: string;
  finish: string | null;
  error: unknown;
}

interface Question {
  text: string;
  metadata: { conversation_id: string; message_id: string };
}

const question = (text: string): Question => ({
  text,
  metadata: { conversation_id: randomUUID(), message_id: randomUUID() },
});

/** Reads a stream to whatever end; `seen` is called with the text so far. */
async function read(
  url: string,
  { text: content, metadata }: Question,
  seen?: (text: string) => void,
): Promise<Reading> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token });
  const reading: Reading = { text: "", finish: null, error: undefined };
  try {
    const messages = [{ role: "user" as const, content }];
    const stream = await client.chat.completions.create({ model: "any", messages, metadata, stream: true });
    for await (const chunk of stream) {
      reading.text += chunk.choices[0]?.delta.content ?? "";
      reading.finish = chunk.choices[0]?.finish_reason ?? reading.finish;
      seen?.(reading.text);
    }
  } catch (error) {
    reading.error = error;
  }
  return reading;
}

const api = (path: string, method = "GET") =>
  fetch(`${services.ragApi.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });

async function readLast(id: string): Promise<{ status: string; text: string }> {
  const page = await (await api(`/v1/conversations/${id}/messages?limit=1`)).json();
  const [last] = (page as { items: { status: string; text: string }[] }).items;
  if (last === undefined) throw new Error("there is no message");
  return last;
}

const whole = (words: number) => Array.from({ length: words }, (_, word) => `word${word} `).join("");

it("raises a failure in the middle of a stream with its code, after the text before it", async () => {
  const asked = question("start and fail");
  const { text, error } = await read(services.ragApi.url, asked);
  expect(text).toBe(whole(5));
  expect(error).toBeInstanceOf(APIError);
  expect(error).toMatchObject({ code: "model_unavailable" });
  expect(await readLast(asked.metadata.conversation_id)).toMatchObject({ status: "error", text });
});

it("ends without an error when the answer is stopped", async () => {
  const asked = question("slowly");
  let stopping: Promise<Response> | undefined;
  const { text, finish, error } = await read(services.ragApi.url, asked, (soFar) => {
    if (soFar.includes("word3 ")) stopping ??= api(`/v1/chat/${asked.metadata.conversation_id}/stop`, "POST");
  });
  expect((await stopping)?.status).toBe(204);
  expect([finish, error]).toEqual(["stop", undefined]);
  expect(text).not.toContain("word39");
  expect(await readLast(asked.metadata.conversation_id)).toMatchObject({ status: "stopped", text });
});

it("gets the same answer when the same message is asked again after a cut", async () => {
  const asked = question("slowly");
  const broken = await read(proxy.url, asked, (text) => {
    if (text.includes("word5 ")) proxy.cut();
  });
  expect(broken.error).toBeDefined();
  const again = await read(services.ragApi.url, asked);
  expect(again).toEqual({ text: whole(40), finish: "stop", error: undefined });
  const page = await (await api(`/v1/conversations/${asked.metadata.conversation_id}/messages`)).json();
  expect((page as { items: unknown[] }).items).toHaveLength(2);
});
