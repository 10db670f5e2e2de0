/** Answers that take their time, in a real browser: stopped, resumed, asked again, changed, broken off. */
import { setTimeout as sleep } from "node:timers/promises";
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

const answerText = () => desk.answers.last().innerText();

it("shows Markdown that can't act: no image, no HTML, no address but of the web", async () => {
  const { page, visit } = desk;
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  const markdown = [
    "## Rotating a key",
    "Run `make keys-rotate`, **then wait**:\n",
    "```sh\nmake keys-rotate\nmake keys-status # which shows each key, what it signs, and when it is retired by the plan\n```\n",
    "| key | state |\n| --- | --- |\n| k1 | retired |\n| k2 | active |\n",
    '<img src="https://evil.example/a.png"> <script>alert(1)</script>\n',
    "[safe](https://example.com/page) [unsafe](javascript:alert(1)) [ours](/api/auth/sign-out) [1]\n",
    "[1]: https://evil.example/cited\n",
    "1. one\n2. two",
  ].join("\n");
  await desk.ask(`say exactly: ${markdown}`);
  await desk.finished();
  const answer = desk.answers.last();
  await answer.getByRole("heading", { name: "Rotating a key" }).waitFor();
  expect(await answer.getByRole("table").count()).toBe(1);
  expect(await answer.locator("img, script, iframe").count()).toBe(0);
  const links = await answer.getByRole("link").all();
  const addresses = await Promise.all(links.map((link) => link.getAttribute("href")));
  // An address that is written out is one of the web like any other; a number leads to a source of ours, or nowhere.
  expect(addresses).toContain("https://example.com/page");
  expect(addresses.filter((address) => !address?.startsWith("https://"))).toEqual([]);
  expect(await answer.getByRole("link", { name: /^\[?1\]?$/ }).count()).toBe(0);
  await desk.button("Copy the code").click();
  expect(await page.evaluate("navigator.clipboard.readText()")).toContain("make keys-status");
  expect(requests.filter((url) => url.includes("evil"))).toEqual([]);
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "chat-markdown");
  expect(visit.complaints).toEqual([]);
});

it("stops an answer by button or by Escape, keeps its text, and takes the next question", async () => {
  const { page } = desk;
  await desk.ask("100 words every 60 ms, please");
  await desk.answers.last().getByText("word3").waitFor();
  await takeScreenshots(page, "chat-streaming");
  await desk.button("Stop the answer").click();
  await page.getByText("You stopped this answer.").waitFor();
  const kept = (await answerText()).replace(/\s+/g, " ");
  expect(kept).toContain("word3");
  expect(kept).not.toContain("word99");
  await page.reload();
  await page.getByText("You stopped this answer.").waitFor();
  expect((await answerText()).replace(/\s+/g, " ")).toBe(kept);

  await desk.ask("100 words every 60 ms, once more");
  await expect.poll(() => desk.answers.count()).toBe(2);
  await desk.answers.last().getByText("word1").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByText("You stopped this answer.").count()).toBe(2);
});

it("goes on with an answer after a reload, and on another page of the program", async () => {
  const { page, sidebar } = desk;
  await desk.ask("40 words every 60 ms, please");
  await desk.answers.last().getByText("word3").waitFor();
  await page.reload();
  await desk.button("Stop the answer").waitFor();
  await desk.finished();
  expect((await answerText()).match(/word0 /g)).toHaveLength(1);
  expect(await answerText()).toContain("word39");

  await desk.ask("30 words every 60 ms, again");
  await expect.poll(() => desk.answers.count()).toBe(2);
  await sidebar.getByRole("link", { name: "History and search" }).click();
  await page.getByRole("heading", { name: "History" }).waitFor();
  await page.goBack();
  await desk.finished();
  await expect.poll(answerText).toContain("word29");
});

it("answers again beside the old answer, and leads back to it", async () => {
  const { page } = desk;
  await desk.ask("say exactly: first");
  await desk.finished();
  await desk.button("Answer again").click();
  await page.getByLabel("Version 2 of 2").waitFor();
  await desk.button("Show the previous version").click();
  await page.getByLabel("Version 1 of 2").waitFor();
  await page.reload();
  await page.getByLabel("Version 1 of 2").waitFor();
  expect(await desk.answers.count()).toBe(1);
});

it("asks a changed question beside the old one, and leads back to its answer", async () => {
  const { page, questions } = desk;
  await desk.ask("say exactly: before");
  await desk.finished();
  await questions.last().hover();
  await desk.button("Edit the question").click();
  const editor = page.getByRole("textbox", { name: "Edit your question" });
  await editor.fill("say exactly: after");
  await takeScreenshots(page, "chat-edit");
  await editor.press("Enter");
  await expect.poll(answerText).toContain("after");
  await page.getByLabel("Version 2 of 2").waitFor();
  await questions.last().hover();
  await desk.button("Show the previous version").click();
  await expect.poll(answerText).toContain("before");
  await takeScreenshots(page, "chat-branches");
  expect(await seriousFindings(page)).toEqual([]);
});

it("keeps what was written of an answer that breaks off, says so, and answers again", async () => {
  const { page } = desk;
  await desk.ask("slowly and fail");
  const failure = page.getByRole("alert").filter({ hasText: "The model did not answer as it should" });
  await failure.waitFor();
  expect(await answerText()).toContain("word39");
  await takeScreenshots(page, "chat-broken");
  await failure.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("Version 2 of 2").waitFor();
});

it("follows an answer to its end, unless the reader looks elsewhere", async () => {
  const { page } = desk;
  await desk.ask("300 words every 10 ms, please");
  await desk.answers.last().getByText("word99 ").waitFor();
  /** Of the box that the messages scroll in. */
  const read = (expression: string) =>
    page.evaluate<number>(
      `(() => { const box = document.querySelector('main ol').parentElement.parentElement; return ${expression}; })()`,
    );
  const gap = () => read("box.scrollHeight - box.scrollTop - box.clientHeight");
  await desk.finished();
  expect(await gap()).toBeLessThan(70);
  await desk.ask("1500 words every 8 ms, please");
  await desk.answers.last().getByText("word250 ").waitFor();
  await desk.answers.last().hover();
  await page.mouse.wheel(0, -500);
  const latest = desk.button("Go to the latest message");
  await latest.waitFor();
  // A wheel's way goes on for a moment.
  await sleep(1_000);
  const top = await read("box.scrollTop");
  await desk.answers.last().getByText("word450 ").waitFor();
  expect(Math.abs((await read("box.scrollTop")) - top)).toBeLessThan(5);
  await latest.click();
  await expect.poll(gap).toBeLessThan(70);
  await desk.button("Stop the answer").click();
});

it("says that another window is being answered, and sends when that has ended", async () => {
  const { page, visit } = desk;
  await desk.ask("say exactly: begun");
  await desk.finished();
  const other = await visit.context.newPage();
  await other.goto(page.url());
  await other.getByRole("button", { name: "Good answer" }).waitFor();
  await desk.ask("60 words every 50 ms, please");
  await desk.answers.last().getByText("word1").waitFor();
  await other.getByRole("textbox", { name: "Your question" }).fill("say exactly: from the other");
  await other.keyboard.press("Enter");
  // The other window meets the running answer; it shows it, and keeps the question.
  await other.getByText("word59").first().waitFor();
  await other.getByRole("button", { name: "Try again" }).click();
  await other.getByText("from the other", { exact: true }).waitFor();
  await other.reload();
  await other.getByText("from the other", { exact: true }).waitFor();
  expect(await other.getByText("say exactly: from the other").count()).toBe(1);
});
