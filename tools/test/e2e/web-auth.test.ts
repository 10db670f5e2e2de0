/** Signing up, in and out in a real browser; and what a page does about a session that ends. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { newPerson, seriousFindings, signUpBehind, startWeb, takeScreenshots, type Web } from "../../testing/web.ts";

let web: Web;

beforeAll(async () => {
  web = await startWeb();
}, 90_000);

afterAll(() => web?.stop());

it("somebody signs up, leaves, and comes back to the page that they wanted", async () => {
  const person = newPerson();
  const { page, complaints, goto } = await web.open();
  await goto("/privacy");
  await page.waitForURL("**/sign-in?return=%2Fprivacy");
  await page.getByRole("heading", { name: "Welcome back" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "sign-in");
  await page.getByRole("link", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Create your account" }).waitFor();
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("This is needed.").first().waitFor();
  expect(await page.locator("input:focus").getAttribute("name")).toBe("name");
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "sign-up");
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/privacy");
  await page.getByRole("heading", { name: "Privacy" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Privacy" }).waitFor();
  await takeScreenshots(page, "frame");

  await page.getByRole("button", { name: /Your account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  expect(complaints.filter((text) => !text.includes("401"))).toEqual([]);
});

it("a wrong password is told in words, and the right one leads on", async () => {
  const person = newPerson();
  const { page, goto, context } = await web.open();
  await signUpBehind({ context }, web.url, person);
  await context.clearCookies();
  await goto("/sign-in");
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: "is not right" }).waitFor();
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${web.url}/`);
});

it.each(["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/sign-in"])(
  "does not go to %s after signing in",
  async (wanted) => {
    const visit = await web.open();
    await signUpBehind(visit, web.url, newPerson());
    await visit.goto(`/sign-in?return=${encodeURIComponent(wanted)}`);
    await visit.page.waitForURL(`${web.url}/`);
  },
);
