/** The privacy page in a real browser: retention with its preview, taking data along, deleting it, and the account. */
import { readFileSync } from "node:fs";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  newPerson,
  type Person,
  seriousFindings,
  signUpBehind,
  startWeb,
  takeScreenshots,
  type Visit,
  type Web,
} from "../../testing/web.ts";

let web: Web;
let visit: Visit;
let person: Person;

beforeAll(async () => {
  web = await startWeb({ RETENTION_PURGE_INTERVAL: "1s" });
}, 90_000);

afterAll(() => web?.stop());

beforeEach(async () => {
  person = newPerson();
  visit = await web.open();
  await signUpBehind(visit, web.url, person);
});

const section = (name: string) =>
  visit.page.locator("section").filter({ has: visit.page.getByRole("heading", { name, exact: true }) });

async function call(method: string, path: string, data?: unknown): Promise<unknown> {
  const { token } = await (await visit.context.request.get(`${web.url}/api/auth/token`)).json();
  const response = await visit.context.request.fetch(`${web.services.ragApi.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(data === undefined ? {} : { data }),
  });
  if (!response.ok()) throw new Error(`${method} ${path} answered ${response.status()}: ${await response.text()}`);
  return response.json();
}

async function startConversations(...ids: string[]): Promise<void> {
  for (const id of ids) await call("POST", "/v1/conversations", { id, title: `About ${id}` });
}

/** As if the person had not touched them for so long. */
async function age(days: number): Promise<void> {
  const { user } = await (await visit.context.request.get(`${web.url}/api/auth/get-session`)).json();
  const client = new Client({ connectionString: web.services.database.ragApiUrl });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select set_config('app.user_id', $1, true)", [user.id]);
    await client.query("update rag.conversation set updated_at = now() - make_interval(days => $1)", [days]);
    await client.query("commit");
  } finally {
    await client.end();
  }
}

async function openPrivacy(): Promise<void> {
  await visit.goto("/privacy");
  await section("How long conversations are kept").getByRole("radio").first().waitFor();
}

it("tells what a shorter retention would delete while it is chosen, and keeps the choice", async () => {
  const { page, complaints } = visit;
  await startConversations("old-one", "old-two");
  await age(50);
  await openPrivacy();
  const retention = section("How long conversations are kept");
  await retention.getByText("nothing would be deleted now").waitFor();
  await retention.getByText("For as long as I say").click();
  await retention.getByLabel("Days").fill("60");
  await retention.getByText("nothing would be deleted now").waitFor();
  await retention.getByLabel("Days").fill("40");
  await retention.getByText("2 conversations with 0 messages would be deleted").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "privacy");
  await retention.getByRole("button", { name: "Save" }).click();
  await page.getByText("From now on it is kept like that.").waitFor();
  await page.reload();
  await expect.poll(() => retention.getByLabel("Days").inputValue()).toBe("40");
  expect(await call("GET", "/v1/me/retention")).toMatchObject({ days: 40, source: "user" });
  expect(complaints).toEqual([]);
});

it("deletes what is older than the retention that was saved, and shows the rest", async () => {
  const { page } = visit;
  await startConversations("old-one");
  await age(50);
  await startConversations("new-one");
  await visit.goto("/history");
  await page.getByText("About old-one").first().waitFor();
  await call("PUT", "/v1/me/retention", { days: 40 });
  await expect
    .poll(() => call("GET", "/v1/conversations"), { timeout: 20_000 })
    .toMatchObject({ items: [{ id: "new-one" }] });
  await page.reload();
  await page.getByText("About new-one").first().waitFor();
  expect(await page.getByText("About old-one").count()).toBe(0);
});

it.each([
  ["Conversations", "conversations.zip"],
  ["Account", "account.zip"],
])("downloads %s as a whole ZIP file", async (what, name) => {
  await startConversations("to-take-along");
  await openPrivacy();
  const [download] = await Promise.all([
    visit.page.waitForEvent("download"),
    visit.page.getByRole("button", { name: `Download: ${what}` }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(name);
  const file = readFileSync(await download.path());
  expect(file.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
  expect(file.includes("manifest.json")).toBe(true);
  await visit.page.getByText(/^Done, /).waitFor();
});

it("deletes all conversations, after asking", async () => {
  const { page } = visit;
  await startConversations("one", "two");
  await openPrivacy();
  await section("Delete all conversations").getByRole("button").click();
  const dialog = page.getByRole("alertdialog", { name: "Delete all conversations?" });
  await dialog.getByRole("button", { name: "Cancel" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "delete-conversations");
  await page.keyboard.press("Escape");
  expect(await call("GET", "/v1/conversations")).toMatchObject({ items: [{}, {}] });
  await section("Delete all conversations").getByRole("button").click();
  await dialog.getByRole("button", { name: "Delete all conversations" }).click();
  await page.getByText("2 conversations with 0 messages deleted.").waitFor();
  expect(await call("GET", "/v1/conversations")).toMatchObject({ items: [] });
});

it("deletes the account, and lets its owner think better of it", async () => {
  const { page } = visit;
  await openPrivacy();
  await section("Delete the account").getByRole("button").click();
  const dialog = page.getByRole("dialog", { name: "Delete your account?" });
  await dialog.getByLabel("Your password, to confirm").fill("not the password");
  await takeScreenshots(page, "delete-account");
  await dialog.getByRole("button", { name: "Delete my account" }).click();
  await dialog.getByText("The password is not right.").waitFor();
  await dialog.getByLabel("Your password, to confirm").fill(person.password);
  await dialog.getByRole("button", { name: "Delete my account" }).click();
  await page.waitForURL("**/goodbye");
  await page.getByRole("heading", { name: "Your account is being deleted" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "goodbye");
  expect((await visit.context.request.get(`${web.url}/api/auth/token`)).status()).toBe(401);
  await page.getByRole("link", { name: "Undo it while you can" }).click();
  await page.getByRole("button").click();
  await expect
    .poll(async () => {
      const { email, password } = person;
      const answer = await visit.context.request.post(`${web.url}/api/auth/sign-in/email`, {
        data: { email, password },
        headers: { origin: web.url },
      });
      return answer.status();
    })
    .toBe(200);
});

it("deletes the account at once and for good: the same address begins with nothing", async () => {
  const { page } = visit;
  await startConversations("not-to-be-seen-again");
  await openPrivacy();
  await section("Delete the account").getByRole("button").click();
  const dialog = page.getByRole("dialog", { name: "Delete your account?" });
  await dialog.getByText("At once, with no way back").click();
  await dialog.getByLabel("Your password, to confirm").fill(person.password);
  await dialog.getByRole("button", { name: "Delete my account" }).click();
  await page.waitForURL("**/goodbye");
  const { email, password } = person;
  const headers = { origin: web.url };
  await expect
    .poll(async () => {
      const answer = await visit.context.request.post(`${web.url}/api/auth/sign-in/email`, {
        data: { email, password },
        headers,
      });
      return (await answer.json()).code;
    })
    .toBe("INVALID_EMAIL_OR_PASSWORD");
  await signUpBehind(visit, web.url, person);
  expect(await call("GET", "/v1/conversations")).toMatchObject({ items: [] });
});
