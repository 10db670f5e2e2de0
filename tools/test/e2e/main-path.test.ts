/** The main path on running services, with the stock clients, unmodified. */
import { randomUUID } from "node:crypto";
import { DefaultChatTransport, readUIMessageStream, type UIMessage } from "ai";
import * as aiV5 from "ai-v5";
import * as aiV6 from "ai-v6";
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../testing/ingest.ts";
import { type Services, startServices } from "../../testing/services.ts";
import { cookieFetch } from "./cookie-fetch.ts";

let services: Services;

beforeAll(async () => {
  services = await startServices();
  await ingest(services.database.ragApiUrl, "docs");
});

afterAll(() => services.stop());

function newBrowser() {
  return createAuthClient({
    baseURL: services.gateway.url,
    plugins: [jwtClient()],
    fetchOptions: { customFetchImpl: cookieFetch("http://localhost:5173") },
  });
}

type Browser = ReturnType<typeof newBrowser>;

async function signUp(browser: Browser, email = `${randomUUID()}@example.com`): Promise<string> {
  const { data, error } = await browser.signUp.email({ name: "Ada", email, password: "correct horse battery" });
  expect(error).toBeNull();
  return data?.user.id ?? "";
}

async function takeToken(browser: Browser): Promise<string> {
  const { data, error } = await browser.token();
  expect(error).toBeNull();
  return data?.token ?? "";
}

function api(token: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(`${services.ragApi.url}${path}`, { ...init, headers });
}

interface MessagePage {
  items: { id: string; role: string; text: string; sources: { id: string }[] }[];
}

const readMessages = async (token: string, id: string) =>
  (await (await api(token, `/v1/conversations/${id}/messages`)).json()) as MessagePage;

const question = (text: string): UIMessage => ({
  id: randomUUID().slice(0, 16),
  role: "user",
  parts: [{ type: "text", text }],
});

/** One turn through the AI SDK's own transport and reader; gives the message as a user interface would show it. */
async function ask(
  sdk: typeof aiV5 | typeof aiV6 | typeof currentSdk,
  browser: Browser,
  chatId: string,
  messages: UIMessage[],
) {
  const { DefaultChatTransport: Transport, readUIMessageStream: read } = sdk as typeof currentSdk;
  const transport = new Transport({
    api: `${services.ragApi.url}/v1/chat`,
    headers: async () => ({ authorization: `Bearer ${await takeToken(browser)}` }),
  });
  const stream = await transport.sendMessages({
    chatId,
    messages,
    trigger: "submit-message",
    messageId: undefined,
    abortSignal: undefined,
  });
  let answer: UIMessage | undefined;
  for await (const message of read({ stream, terminateOnError: true })) answer = message;
  if (answer === undefined) throw new Error("the stream held no message");
  return answer;
}

const currentSdk = { DefaultChatTransport, readUIMessageStream };

const textOf = (message: UIMessage) => message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
const sourcesOf = (message: UIMessage) => message.parts.filter((part) => part.type.startsWith("source-"));

describe("the stock better-auth client", () => {
  it("signs up, reads its session, signs out, and in again", async () => {
    const browser = newBrowser();
    const email = `${randomUUID()}@example.com`;
    const userId = await signUp(browser, email);
    expect((await browser.getSession()).data?.user.id).toBe(userId);
    await browser.signOut();
    expect((await browser.getSession()).data).toBeNull();
    const { data } = await browser.signIn.email({ email, password: "correct horse battery" });
    expect(data?.user.id).toBe(userId);
    expect((await browser.getSession()).data?.user.email).toBe(email);
  });

  it("takes a token that rag-api accepts, and shows an error in words without a session", async () => {
    const browser = newBrowser();
    const userId = await signUp(browser);
    const me = await api(await takeToken(browser), "/v1/me");
    expect(me.status).toBe(200);
    expect(await me.json()).toMatchObject({ userId });
    const { data, error } = await newBrowser().token();
    expect(data).toBeNull();
    expect(error).toMatchObject({ status: 401, code: "authentication_required" });
    expect(error?.message).toMatch(/\w+/);
  });
});

describe.each([
  ["7", currentSdk],
  ["6", aiV6],
  ["5", aiV5],
] as const)("the chat transport of AI SDK %s", (_version, sdk) => {
  it("streams a cited answer that the history then shows, word for word", async () => {
    const browser = newBrowser();
    await signUp(browser);
    const chatId = randomUUID();
    const asked = question("How long does an access token live?");
    const answer = await ask(sdk, browser, chatId, [asked]);
    expect(textOf(answer)).toMatch(/5 minutes|300 seconds/);
    expect(textOf(answer)).toMatch(/\[1\]/);
    expect(sourcesOf(answer).length).toBeGreaterThan(0);

    const token = await takeToken(browser);
    const page = await readMessages(token, chatId);
    expect(page.items).toHaveLength(2);
    const [stored, storedQuestion] = page.items;
    expect(storedQuestion).toMatchObject({
      role: "user",
      clientMessageId: asked.id,
      text: "How long does an access token live?",
    });
    expect(stored).toMatchObject({ id: answer.id, role: "assistant", status: "complete", text: textOf(answer) });
    expect(stored?.sources.map((source) => source.id)).toEqual(
      sourcesOf(answer).map((part) => ("sourceId" in part ? part.sourceId : "")),
    );

    const followUp = await ask(sdk, browser, chatId, [asked, answer, question("Where are the private keys kept?")]);
    expect(textOf(followUp)).toMatch(/signing_key/);
    const list = await (await api(token, "/v1/conversations")).json();
    expect(list).toMatchObject({
      items: [{ id: chatId, title: "How long does an access token live?" }],
      nextCursor: null,
    });
  });
});

describe("between two users", () => {
  it("a conversation id of the other's is worth what a random id is, on every route", async () => {
    const [alice, bob] = [newBrowser(), newBrowser()];
    await signUp(alice);
    await signUp(bob);
    const secret = randomUUID();
    await ask(currentSdk, alice, secret, [question("How is a token checked?")]);
    const [aliceToken, bobToken] = [await takeToken(alice), await takeToken(bob)];
    const before = await (await api(aliceToken, `/v1/conversations/${secret}/messages`)).text();

    const seenBy = async (token: string, id: string) => {
      const answers = [];
      for (const [method, path, body] of [
        ["GET", `/v1/conversations/${id}`, undefined],
        ["GET", `/v1/conversations/${id}/messages`, undefined],
        ["PATCH", `/v1/conversations/${id}`, '{"title":"mine now"}'],
        ["DELETE", `/v1/conversations/${id}`, undefined],
      ] as const) {
        const response = await api(token, path, { method, ...(body === undefined ? {} : { body }) });
        const problem = (await response.json()) as Record<string, unknown>;
        answers.push({
          method,
          path: path.replace(id, "<id>"),
          status: response.status,
          ...problem,
          requestId: undefined,
        });
      }
      return answers;
    };
    expect(await seenBy(bobToken, secret)).toEqual(await seenBy(bobToken, randomUUID()));

    const own = await ask(currentSdk, bob, secret, [question("What is an audience?")]);
    expect(textOf(own)).not.toBe("");
    const bobs = await readMessages(bobToken, secret);
    expect(bobs.items.map((item) => item.text)).toEqual([textOf(own), "What is an audience?"]);
    expect(await (await api(aliceToken, `/v1/conversations/${secret}/messages`)).text()).toBe(before);
    await ask(currentSdk, alice, secret, [question("What is a scope?")]);
  });
});

describe("after", () => {
  it("a sign-out the unexpired token is refused by the very next request", async () => {
    const browser = newBrowser();
    await signUp(browser);
    const token = await takeToken(browser);
    expect((await api(token, "/v1/me")).status).toBe(200);
    await browser.signOut();
    for (const [method, path, body] of [
      ["GET", "/v1/me", undefined],
      ["GET", "/v1/conversations", undefined],
      [
        "POST",
        "/v1/chat",
        JSON.stringify({ id: "late", messages: [question("Still there?")], trigger: "submit-message" }),
      ],
    ] as const) {
      const refused = await api(token, path, { method, ...(body === undefined ? {} : { body }) });
      expect(refused.status, path).toBe(401);
      expect(refused.headers.get("www-authenticate")).toMatch(/^Bearer .*error="invalid_token"/);
      expect(await refused.json()).toMatchObject({ code: "session_ended", status: 401 });
    }
  });

  it("a token for another audience is refused", async () => {
    const browser = newBrowser();
    await signUp(browser);
    const { data } = await browser.$fetch<{ token: string }>("/token?audience=billing-api");
    const refused = await api(data?.token ?? "", "/v1/me");
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ code: "invalid_token" });
  });

  it("a crash of rag-api the conversation is still there", async () => {
    const browser = newBrowser();
    await signUp(browser);
    const chatId = randomUUID();
    const answer = await ask(currentSdk, browser, chatId, [question("What is in the JWKS?")]);
    await services.restartRagApi();
    const page = await readMessages(await takeToken(browser), chatId);
    expect(page.items[0]).toMatchObject({ id: answer.id, text: textOf(answer), status: "complete" });
  });
});
