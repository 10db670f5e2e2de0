/** 10,000 conversations in a real browser: the list stays small in the page, and smooth under the hand. */
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startWeb, takeScreenshots, type Web } from "../../testing/web.ts";
import { type Desk, openDesk } from "./web-chat-desk.ts";

const COUNT = 10_000;
let web: Web;
let desk: Desk;

beforeAll(async () => {
  web = await startWeb();
  desk = await openDesk(web, "/");
  const client = new Client({ connectionString: web.services.database.ragApiUrl });
  await client.connect();
  try {
    const { user } = (await (await desk.visit.context.request.get(`${web.url}/api/auth/get-session`)).json()) as {
      user: { id: string };
    };
    await client.query("select set_config('app.user_id', $1, false)", [user.id]);
    await client.query(
      `insert into rag.conversation (user_id, id, title, title_source, created_at, updated_at)
       select $1, 'long-' || n, 'Conversation number ' || n, 'user', t, t
         from generate_series(1, $2::int) n, lateral (select now() - n * interval '1 hour' as t) times`,
      [user.id, COUNT],
    );
  } finally {
    await client.end();
  }
}, 90_000);

afterAll(() => web?.stop());

interface Walk {
  readonly reached: boolean;
  /** Rows that were in the page at once. */
  readonly most: number;
  readonly frames: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** Runs in the page: scrolls on frame by frame until the last conversation is there, and times the frames. */
const WALK = `async (last) => {
  const rows = document.querySelector('main ul[aria-label="Conversations"]');
  const box = rows.parentElement;
  const frames = [];
  let most = 0;
  let before = performance.now();
  const deadline = before + 25_000;
  const hasLast = () => rows.textContent.includes("Conversation number " + last);
  while (!hasLast() && performance.now() < deadline) {
    box.scrollTop += 4_000;
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    frames.push(now - before);
    before = now;
    most = Math.max(most, rows.childElementCount);
  }
  frames.sort((a, b) => a - b);
  const at = (share) => Math.round(frames[Math.floor(share * (frames.length - 1))] ?? 0);
  return { reached: hasLast(), most, frames: frames.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}`;

it("scrolls to the end of 10,000 with few rows in the page and no long frame", async () => {
  const { page, visit } = desk;
  await visit.goto("/history");
  const list = page.getByRole("main").getByRole("list", { name: "Conversations" });
  await list.getByRole("link").first().waitFor();
  await takeScreenshots(page, "history-long");
  const walk = await page.evaluate<Walk>(`(${WALK})(${COUNT})`);
  process.stdout.write(`10,000 conversations: ${JSON.stringify(walk)}\n`);
  expect(walk.reached).toBe(true);
  expect(walk.most).toBeLessThan(60);
  expect(walk.p95).toBeLessThan(200);
  expect(visit.complaints).toEqual([]);
}, 60_000);

it("deletes from the midst of it only after asking, where there is no trash", async () => {
  const { page } = desk;
  await page.keyboard.press("Tab");
  await page
    .getByRole("main")
    .getByRole("link", { name: `Conversation number ${COUNT}` })
    .focus();
  await page.keyboard.press("Delete");
  const dialog = page.getByRole("alertdialog", { name: "Delete this conversation?" });
  await dialog.waitFor();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await dialog.waitFor({ state: "hidden" });
  await expect.poll(() => page.getByText(`Conversation number ${COUNT}`).count()).toBe(0);
});
