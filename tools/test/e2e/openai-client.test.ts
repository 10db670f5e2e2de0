/** The stock `openai` client for JavaScript, unmodified, on running services; its Python sibling is driven in rag-api/tests. */
import { randomUUID } from "node:crypto";
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import OpenAI, { APIError, AuthenticationError, ConflictError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../testing/ingest.ts";
import { type Services, startServices } from "../../testing/services.ts";
import { cookieFetch } from "./cookie-fetch.ts";

let services: Services;
let token: string;
let requests: number;

beforeAll(async () => {
  services = await startServices();
  await ingest(services.database.ragApiUrl, "docs");
  const browser = createAuthClient({
    baseURL: services.gateway.url,
    plugins: [jwtClient()],
    fetchOptions: { customFetchImpl: cookieFetch("http://localhost:5173") },
  });
  const email = `${randomUUID()}@example.com`;
  await browser.signUp.email({ name: "Ada", email, password: "correct horse battery" });
  token = (await browser.token()).data?.token ?? "";
});

afterAll(() => services.stop());

function newClient(apiKey = token): OpenAI {
  requests = 0;
  const countingFetch: typeof fetch = (input, init) => {
    requests += 1;
    return fetch(input, init);
  };
  return new OpenAI({ baseURL: `${services.ragApi.url}/v1`, apiKey, fetch: countingFetch });
}

const ask = (text: string) => [{ role: "user" as const, content: text }];

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("the stock openai client", () => {
  it("gets a cited answer, whole or streamed, of one conversation that the history shows", async () => {
    const client = newClient();
    const metadata = { conversation_id: randomUUID(), message_id: randomUUID() };
    const messages = ask("How long does an access token live?");
    const stream = await client.chat.completions.create({
      model: "any",
      messages,
      metadata,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage;
    }
    expect(text).toMatch(/5 minutes|300 seconds/);
    expect(text).toMatch(/\[1\]/);
    const { data: whole, response } = await client.chat.completions
      .create({ model: "any", messages, metadata })
      .withResponse();
    expect(whole.choices[0]).toMatchObject({ finish_reason: "stop", message: { role: "assistant", content: text } });
    expect(usage).toEqual(whole.usage);
    expect(response.headers.get("x-conversation-id")).toBe(metadata.conversation_id);
    const page = await fetch(`${services.ragApi.url}/v1/conversations/${metadata.conversation_id}/messages`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await page.json()).toMatchObject({ items: [{ text }, { text: "How long does an access token live?" }] });
  });

  it("helps to collect a stream", async () => {
    const runner = newClient().chat.completions.stream({ model: "any", messages: ask("What is an audience?") });
    expect((await runner.finalChatCompletion()).choices[0]?.message.content).not.toBe("");
  });

  it("lists the one model", async () => {
    const models = await newClient().models.list();
    expect(models.data.map((model) => model.id)).toEqual(["extractive"]);
  });

  it("shows a conflict in words, and does not repeat it", async () => {
    const client = newClient();
    const metadata = { conversation_id: randomUUID(), message_id: "same" };
    await client.chat.completions.create({ model: "any", messages: ask("One"), metadata });
    requests = 0;
    const error = await failureOf(client.chat.completions.create({ model: "any", messages: ask("Two"), metadata }));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({
      code: "message_conflict",
      message: "409 This message id was already used with another content",
    });
    expect(requests).toBe(1);
  });

  it("shows a bad token in words", async () => {
    const error = await failureOf(
      newClient("sk-nothing").chat.completions.create({ model: "any", messages: ask("x") }),
    );
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: "invalid_token", message: "401 The access token is not valid" });
  });

  it("names what is wrong with a request", async () => {
    const error = await failureOf(newClient().chat.completions.create({ model: "any", messages: [] }));
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 422, code: "validation_failed", param: "#/messages" });
    expect((error as Error).message).toContain("must hold a message with the role user");
  });
});
