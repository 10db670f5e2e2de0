/** The history in a real browser: found, opened, searched, named, sorted, thrown away and brought back. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { seriousFindings, startWeb, takeScreenshots, type Web } from "../../testing/web.ts";
import { type Desk, openDesk } from "./web-chat-desk.ts";

let web: Web;
let desk: Desk;

beforeAll(async () => {
  web = await startWeb({ TRASH_DAYS: "7" });
}, 90_000);

afterAll(() => web?.stop());

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

const message = (id: string, role: "user" | "assistant", text: string, days: number, parentId?: string) => ({
  ...{ type: "message", id, role, text, createdAt: daysAgo(days) },
  ...(parentId === undefined ? {} : { parentId }),
});

/** A conversation with two versions of its answer, of which the second is shown. */
const conversation = (id: string, title: string, days: number) => [
  { type: "conversation", id, title, createdAt: daysAgo(days), updatedAt: daysAgo(days), headMessageId: `${id}-a2` },
  message(`${id}-q`, "user", `A question about ${title}`, days),
  message(`${id}-a1`, "assistant", `The hidden nightingale of ${title}`, days, `${id}-q`),
  message(`${id}-a2`, "assistant", `The visible blackbird of ${title}`, days, `${id}-q`),
];

/** 120 messages, so that the first ones are not on the first page. */
const longConversation = (id: string, title: string) => [
  { type: "conversation", id, title, createdAt: daysAgo(3), updatedAt: daysAgo(3), headMessageId: `${id}-119` },
  ...Array.from({ length: 120 }, (_, index) =>
    message(
      `${id}-${index}`,
      index % 2 === 0 ? "user" : "assistant",
      index === 4 ? "Where does the kingfisher sleep?" : `Line ${index} of a long talk`,
      3,
      index === 0 ? undefined : `${id}-${index - 1}`,
    ),
  ),
];

const lines = [
  { type: "header", format: "rag-api-export", version: 1 },
  ...conversation("c1", "Gardening in spring", 0),
  ...conversation("c2", "Rotating keys", 1),
  ...longConversation("c3", "A long talk"),
  ...conversation("c4", "Tax of last year", 20),
  ...conversation("c5", "An old plan", 400),
];

beforeEach(async () => {
  desk = await openDesk(web);
  const { page } = desk;
  const { token } = (await (await desk.visit.context.request.get(`${web.url}/api/auth/token`)).json()) as {
    token: string;
  };
  const imported = await fetch(`${web.services.ragApi.url}/v1/conversations/import`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/jsonl" },
    body: lines.map((line) => JSON.stringify(line)).join("\n"),
  });
  expect(imported.status, await imported.clone().text()).toBeLessThan(300);
  await page.goto("/history");
  await page
    .getByRole("main")
    .getByRole("link", { name: /Gardening/ })
    .waitFor();
  return () => desk.visit.context.close();
});

const rows = () => desk.page.getByRole("main").getByRole("list", { name: "Conversations" }).getByRole("link");
const row = (name: RegExp) => rows().filter({ hasText: name });
const search = () => desk.page.getByRole("searchbox", { name: "Search your conversations" });

async function choose(name: RegExp, action: string): Promise<void> {
  await row(name).hover();
  await desk.page.getByRole("main").getByRole("listitem").filter({ hasText: name }).getByRole("button").click();
  await desk.page.getByRole("menuitem", { name: action, exact: true }).click();
}

it("lists by date, opens one, and is a drawer on a phone", async () => {
  const { page, visit } = desk;
  const groups = await page.getByRole("main").getByRole("list").getByRole("heading").allInnerTexts();
  expect(groups.slice(0, 4)).toEqual(["Today", "Yesterday", "Previous 7 days", "Previous 30 days"]);
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "history");
  await row(/Rotating/).click();
  await page.getByText("The visible blackbird of Rotating keys").waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await desk.button("Open the menu").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("link", { name: "An old plan" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.screenshot({ path: "test-output/screenshots/history-drawer-390-light.png" });
  await drawer.getByRole("link", { name: "An old plan" }).click();
  await page.getByText("The visible blackbird of An old plan").waitFor();
  await drawer.waitFor({ state: "hidden" });
  expect(visit.complaints).toEqual([]);
});

it("finds words, marks them, and jumps to the message: on its branch, and on its page", async () => {
  const { page } = desk;
  await search().fill("nightingale keys");
  const result = page.getByRole("link", { name: /hidden nightingale of Rotating keys/ });
  await result.waitFor();
  expect(await result.locator("mark").allInnerTexts()).toEqual(expect.arrayContaining(["nightingale", "keys"]));
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "history-search");
  await result.click();
  await page.getByText("The hidden nightingale of Rotating keys").waitFor();
  await page.getByLabel("Version 1 of 2").waitFor();

  await page.goBack();
  expect(await search().inputValue()).toBe("nightingale keys");
  await search().fill("kingfisher");
  await page.waitForURL(/q=kingfisher/);
  await page.getByRole("link", { name: /kingfisher/ }).click();
  const found = page.getByText("Where does the kingfisher sleep?");
  await found.waitFor();
  await expect.poll(async () => (await found.boundingBox())?.y).toBeGreaterThan(40);
  expect((await found.boundingBox())?.y).toBeLessThan(720);

  await page.goBack();
  await search().fill("zyzzyva");
  await page.getByText("Nothing was found for “zyzzyva”.").waitFor();
});

it("filters by kind and by date, and the address keeps it", async () => {
  const { page } = desk;
  await page.getByLabel("Until").fill(daysAgo(100).slice(0, 10));
  await expect.poll(() => rows().count()).toBe(1);
  await page.reload();
  await row(/An old plan/).waitFor();
  expect(await rows().count()).toBe(1);
  await desk.button("Any date").click();
  await expect.poll(() => rows().count()).toBe(5);
  await page.getByRole("radio", { name: "Archived" }).click();
  await page.getByText("Nothing is archived.").waitFor();
});

it("renames, and says when somebody else was quicker", async () => {
  const { page, visit } = desk;
  await choose(/Rotating/, "Rename");
  const dialog = page.getByRole("dialog", { name: "Rename this conversation" });
  await dialog.waitFor();
  await page.waitForLoadState("networkidle");
  const other = await visit.context.newPage();
  await other.goto("/history");
  await other.getByRole("main").getByRole("listitem").filter({ hasText: "Rotating" }).getByRole("link").focus();
  await other.keyboard.press("F2");
  await other.getByRole("textbox", { name: "Name" }).fill("Keys, by somebody else");
  await other.keyboard.press("Enter");
  await other.getByText("Renamed", { exact: true }).first().waitFor();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Keys, by me");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await dialog.getByText("“Keys, by somebody else”").waitFor();
  await takeScreenshots(page, "history-rename");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await row(/Keys, by me/).waitFor();
  await desk.sidebar.getByRole("link", { name: "Keys, by me" }).waitFor();
});

it("pins to the top, archives, and undoes", async () => {
  const { page, sidebar } = desk;
  await choose(/An old plan/, "Pin");
  await sidebar.getByRole("heading", { name: "Pinned" }).waitFor();
  expect(await sidebar.getByRole("list").getByRole("link").first().innerText()).toBe("An old plan");
  await choose(/Tax/, "Archive");
  await expect.poll(() => row(/Tax/).count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await row(/Tax/).waitFor();
});

it("moves to the trash with undo, restores from it, and deletes for good", async () => {
  const { page, sidebar } = desk;
  await choose(/Gardening/, "Delete");
  await expect.poll(() => row(/Gardening/).count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await row(/Gardening/).waitFor();

  await row(/Rotating/).focus();
  await page.keyboard.press("Delete");
  await expect.poll(() => sidebar.getByRole("link", { name: "Rotating keys" }).count()).toBe(0);
  await page.getByRole("radio", { name: "Trash" }).click();
  await row(/Rotating/).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "history-trash");
  await choose(/Rotating/, "Restore");
  await sidebar.getByRole("link", { name: "Rotating keys" }).waitFor();

  await page.getByRole("radio", { name: "Current" }).click();
  await row(/Tax/).focus();
  await page.keyboard.press("Delete");
  await page.getByRole("radio", { name: "Trash" }).click();
  await row(/Tax/).waitFor();
  await choose(/Tax/, "Delete for good");
  const dialog = page.getByRole("alertdialog");
  await dialog.waitFor();
  await takeScreenshots(page, "history-delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("The trash is empty.").waitFor();
});

it("can be walked through by keyboard alone", async () => {
  const { page } = desk;
  await row(/Gardening/).focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => page.evaluate("document.activeElement.textContent")).toMatch(/Rotating/);
  await page.keyboard.press("End");
  await expect.poll(() => page.evaluate("document.activeElement.textContent")).toMatch(/An old plan/);
  await page.keyboard.press("Home");
  await expect.poll(() => page.evaluate("document.activeElement.textContent")).toMatch(/Gardening/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Rename" }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toMatch(/^Actions for “Gardening/);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText("The visible blackbird of Gardening in spring").waitFor();
  await page.keyboard.press("Control+k");
  await expect.poll(() => page.evaluate("document.activeElement.type === 'search'")).toBe(true);
});
