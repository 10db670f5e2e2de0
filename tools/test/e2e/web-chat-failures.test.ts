/** A chat that can't go on, in a real browser: what the person is told, and what they can do. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type ModelServer, startModelServer } from "../../testing/model-server.ts";
import { seriousFindings, startWeb, takeScreenshots, type Web } from "../../testing/web.ts";
import { type Desk, openDesk } from "./web-chat-desk.ts";

let web: Web;
let model: ModelServer;
let desk: Desk;

beforeAll(async () => {
  model = await startModelServer();
  web = await startWeb({ AGENT: "openai", OPENAI_BASE_URL: model.url, OPENAI_MODEL: "test" });
}, 90_000);

afterAll(async () => {
  await web?.stop();
  await model?.stop();
});

beforeEach(async () => {
  desk = await openDesk(web);
  return () => desk.visit.context.close();
});

const notice = () => desk.page.getByRole("main").getByRole("alert");
const again = () => notice().getByRole("button", { name: "Try again", exact: true });

/** Answers the next questions as an overloaded service does, until the route is taken away. */
async function refuse(status: number, code: string, retryAfter: number): Promise<void> {
  await desk.page.route("**/v1/chat", (route) =>
    route.request().method() === "OPTIONS"
      ? route.continue()
      : route.fulfill({
          status,
          contentType: "application/problem+json",
          headers: {
            "access-control-allow-origin": web.url,
            "access-control-expose-headers": "retry-after",
            "retry-after": String(retryAfter),
          },
          body: JSON.stringify({ code, detail: "Later.", status }),
        }),
  );
}

it.each([
  [503, "unavailable", "The service can't take this now"],
  [429, "rate_limited", "That was a little too often"],
])(
  "%i: counts down as long as the service asked to wait, then sends the question once",
  async (status, code, words) => {
    const { page } = desk;
    await refuse(status, code, 3);
    await desk.ask("say exactly: at last");
    await notice().getByText(words).waitFor();
    await notice()
      .getByRole("button", { name: /^Try again in [23] s$/ })
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await takeScreenshots(page, `chat-${status}`);
    await page.unroute("**/v1/chat");
    await again().click();
    await desk.finished();
    await page.reload();
    await desk.finished();
    expect(await desk.questions.count()).toBe(1);
  },
);

it("without a connection the question waits, can be changed, and is sent once there is one", async () => {
  const { page, visit, box } = desk;
  await page.waitForLoadState("networkidle");
  await visit.context.setOffline(true);
  await desk.ask("say exactly: too early");
  await notice().getByText("You are offline").waitFor();
  await takeScreenshots(page, "chat-offline");
  await desk.button("Change it").click();
  expect(await box.inputValue()).toBe("say exactly: too early");
  await box.fill("say exactly: in time");
  await box.press("Enter");
  await notice().waitFor();
  await visit.context.setOffline(false);
  await again().click();
  await desk.answers.last().getByText("in time").waitFor();
  expect(await desk.questions.count()).toBe(1);
});

it("a question that never arrived is in the box again after a reload", async () => {
  const { page, visit, box } = desk;
  await desk.ask("say exactly: begun");
  await desk.finished();
  await visit.context.setOffline(true);
  await desk.ask("say exactly: kept");
  await notice().waitFor();
  await visit.context.setOffline(false);
  await page.reload();
  await expect.poll(() => box.inputValue()).toBe("say exactly: kept");
  await box.press("Enter");
  await desk.answers.last().getByText("kept").waitFor();
  expect(await desk.questions.count()).toBe(2);
});

it("a service that dies in mid-answer is told; what was written is there when it is back", async () => {
  const { page } = desk;
  await desk.ask("200 words every 50 ms, please");
  // What is a second old is stored.
  await desk.answers.last().getByText("word40").waitFor();
  await web.services.restartRagApi();
  // Whether it is seen as interrupted or as going on depends on the lease of the dead worker.
  await expect
    .poll(() => desk.answers.last().innerText(), { timeout: 40_000, interval: 500 })
    .toMatch(/interrupted before its end/);
  expect(await desk.answers.last().innerText()).toContain("word5");
  await takeScreenshots(page, "chat-interrupted");
}, 60_000);

it("a question that is too long says by how much, and is not sent", async () => {
  const { page, box } = desk;
  await box.fill("x".repeat(100_005));
  await page.getByText("5 characters too many").waitFor();
  await box.press("Enter");
  expect(page.url()).toBe(`${web.url}/`);
});
