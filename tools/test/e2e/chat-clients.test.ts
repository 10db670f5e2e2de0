/** Everything that a chat window does, by the clients of AI SDK 5, 6, 7 and assistant-ui, unmodified, against the running services. */
import { randomUUID } from "node:crypto";
import { AssistantChatTransport } from "@assistant-ui/react-ai-sdk";
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CuttableProxy, startProxy } from "../../testing/cuttable-proxy.ts";
import { type ModelServer, startModelServer } from "../../testing/model-server.ts";
import { type Services, startServices } from "../../testing/services.ts";
import { cookieFetch } from "./cookie-fetch.ts";
import { type Chat, type ChatOptions, openChat, sdks, textOf } from "./sdk-chat.ts";

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

interface Stored {
  id: string;
  role: string;
  status: string;
  text: string;
  revision: number;
  errorCode: string | null;
  siblingIds: string[];
}

const api = (path: string, init: RequestInit = {}) =>
  fetch(`${services.ragApi.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });

async function readMessages(id: string, branches = "head"): Promise<Stored[]> {
  const page = await (await api(`/v1/conversations/${id}/messages?branches=${branches}`)).json();
  return (page as { items: Stored[] }).items.reverse();
}

/** What is on the screen is what a reload would show. */
async function expectReloadEqualsLive(chat: Chat): Promise<void> {
  const stored = await readMessages(chat.id);
  expect(stored.map(({ role, text }) => [role, text])).toEqual(chat.messages.map((m) => [m.role, textOf(m)]));
  for (const [index, message] of chat.messages.entries()) {
    if (message.role === "assistant") expect(stored[index]?.id).toBe(message.id);
  }
}

async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const whole = (words: number) => Array.from({ length: words }, (_, word) => `word${word} `).join("");

type OpenChat = (options: ChatOptions) => Chat;

const [[, newestSdk]] = sdks as readonly [(typeof sdks)[number]];
const clients: readonly (readonly [string, OpenChat])[] = [
  ...sdks.map(([major, sdk]) => [`AI SDK ${major}`, (options: ChatOptions) => openChat(sdk, options)] as const),
  [
    "assistant-ui",
    (options) => {
      const headers = () => ({ authorization: `Bearer ${options.token}` });
      return openChat(newestSdk, options, new AssistantChatTransport({ api: `${options.url}/v1/chat`, headers }));
    },
  ],
];

describe.each(clients)("the chat of %s", (_name, openClient) => {
  const open = (url = services.ragApi.url, id: string = randomUUID()) => openClient({ id, url, token });

  it("asks, edits and regenerates; the branches stay", async () => {
    const chat = open();
    await chat.sendMessage({ text: "one" });
    await chat.sendMessage({ text: "two" });
    expect(chat.status).toBe("ready");
    await expectReloadEqualsLive(chat);

    const [, firstAnswer, second] = chat.messages;
    await chat.sendMessage({ text: "two, edited", messageId: second?.id ?? "" });
    await expectReloadEqualsLive(chat);
    expect((await readMessages(chat.id)).map((message) => message.revision)).toEqual([0, 0, 1, 0]);

    await chat.regenerate();
    await expectReloadEqualsLive(chat);
    expect((await readMessages(chat.id)).at(-1)?.siblingIds).toHaveLength(2);

    await chat.regenerate({ messageId: firstAnswer?.id ?? "" });
    expect(chat.messages).toHaveLength(2);
    await expectReloadEqualsLive(chat);
    expect(await readMessages(chat.id, "all")).toHaveLength(8);

    await chat.sendMessage({ text: "on from here" });
    await expectReloadEqualsLive(chat);
  });

  it("resumes after a cut socket, and another tab joins", async () => {
    const chat = open(proxy.url);
    const asking = chat.sendMessage({ text: "slowly" });
    await waitFor(() => textOf(chat.messages[1]).includes("word5 "));
    proxy.cut();
    await asking;
    expect(chat.status).toBe("error");
    expect(textOf(chat.messages[1])).not.toContain("word39");

    const tab = openClient({
      id: chat.id,
      url: services.ragApi.url,
      token,
      messages: structuredClone(chat.messages.slice(0, 1)),
    });
    await Promise.all([chat.resumeStream(), tab.resumeStream()]);
    for (const view of [chat, tab]) {
      expect(view.status).toBe("ready");
      expect(view.messages).toHaveLength(2);
      expect(textOf(view.messages[1])).toBe(whole(40));
      await expectReloadEqualsLive(view);
    }
    await tab.resumeStream();
    expect(tab.status).toBe("ready");
    expect(tab.messages).toHaveLength(2);
  });

  it("is stopped for good by the stop route, and answers again", async () => {
    const chat = open();
    const asking = chat.sendMessage({ text: "slowly" });
    await waitFor(() => textOf(chat.messages[1]).includes("word3 "));
    const before = model.abandoned();
    expect((await api(`/v1/chat/${chat.id}/stop`, { method: "POST" })).status).toBe(204);
    await asking;
    expect(chat.status).toBe("ready");
    await expectReloadEqualsLive(chat);
    expect((await readMessages(chat.id)).at(-1)).toMatchObject({ status: "stopped" });
    await waitFor(() => model.abandoned() > before);
    await chat.sendMessage({ text: "next" });
    await expectReloadEqualsLive(chat);
  });

  it("shows a failure with the text so far, and tries again", async () => {
    const chat = open();
    await chat.sendMessage({ text: "start and fail" });
    expect(chat.status).toBe("error");
    expect(chat.error?.message).toContain("model_unavailable");
    expect(textOf(chat.messages[1])).toBe(whole(5));
    await expectReloadEqualsLive(chat);
    expect((await readMessages(chat.id)).at(-1)).toMatchObject({ status: "error", errorCode: "model_unavailable" });
    await chat.sendMessage({ text: "start", messageId: chat.messages[0]?.id ?? "" });
    expect(chat.status).toBe("ready");
    await expectReloadEqualsLive(chat);
  });

  it("reads a typed problem from a refusal", async () => {
    const stranger = openClient({ id: randomUUID(), url: services.ragApi.url, token: `${token}x` });
    await stranger.sendMessage({ text: "let me in" });
    expect(stranger.status).toBe("error");
    expect(JSON.parse(stranger.error?.message ?? "{}")).toMatchObject({ status: 401, code: "invalid_token" });

    const chat = open();
    const asking = chat.sendMessage({ text: "slowly" });
    await waitFor(() => chat.messages.length === 2);
    const other = openClient({ id: chat.id, url: services.ragApi.url, token });
    await other.sendMessage({ text: "me too" });
    expect(JSON.parse(other.error?.message ?? "{}")).toMatchObject({ status: 409, code: "conversation_busy" });
    await api(`/v1/chat/${chat.id}/stop`, { method: "POST" });
    await asking;
  });
});
