/** When something fails, the person sees what happened and what to do: in a real browser, on real services. */
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
  web = await startWeb();
}, 90_000);

afterAll(() => web?.stop());

beforeEach(async () => {
  person = newPerson();
  visit = await web.open();
  await signUpBehind(visit, web.url, person);
});

const unavailable = {
  status: 503,
  headers: { "retry-after": "1", "access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After" },
  contentType: "application/problem+json",
  body: JSON.stringify({ code: "database_unavailable", detail: "The database can't be reached.", status: 503 }),
};

it("a service that is away is told with what to do, and asked again", async () => {
  const { page } = visit;
  await page.route("**/v1/me/retention", (route) => route.fulfill(unavailable));
  await visit.goto("/privacy");
  const alert = page.getByRole("alert").filter({ hasText: "The service can't take this now" });
  await alert.waitFor();
  expect(await alert.textContent()).toContain("try again in 1 s");
  await takeScreenshots(page, "unavailable");
  expect(await seriousFindings(page)).toEqual([]);
  await page.unroute("**/v1/me/retention");
  await alert.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("radio").first().waitFor();
});

it("a gateway that is away leaves no blank page", async () => {
  const { page } = visit;
  await page.route("**/config.json", (route) => route.abort());
  await visit.goto("/account");
  await page.getByRole("heading", { name: "The service does not answer" }).waitFor();
  await takeScreenshots(page, "gateway-away");
  await page.unroute("**/config.json");
  await page.route("**/api/auth/get-session", (route) => route.fulfill(unavailable));
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "The service can't take this now" }).waitFor();
  await page.unroute("**/api/auth/get-session");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
});

it("without a connection the page says so, and goes on when there is one", async () => {
  const { page, context } = visit;
  await visit.goto("/account");
  await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
  await context.setOffline(true);
  await page.getByText("You are offline.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Ada offline");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").filter({ hasText: "no connection" }).waitFor();
  await takeScreenshots(page, "offline");
  await context.setOffline(false);
  await page.getByText("You are offline.").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
});

it("a part that does not load is told, and a reload mends it", async () => {
  const { page } = visit;
  await page.route("**/assets/privacy-page-*.js", (route) => route.abort());
  await visit.goto("/privacy");
  await page.getByRole("heading", { name: "A part of this page could not be loaded" }).waitFor();
  await takeScreenshots(page, "part-missing");
  await page.unroute("**/assets/privacy-page-*.js");
  await page.getByRole("button", { name: "Reload the page" }).click();
  await page.getByRole("heading", { name: "Privacy", exact: true }).waitFor();
});

it("a script that does not load leaves words", async () => {
  const { page } = visit;
  await page.route("**/assets/index-*.js", (route) => route.abort());
  await visit.goto("/");
  await page.getByText("A part of this page could not be loaded").waitFor();
});

it("an answer that the page does not understand stops the page, not the person", async () => {
  const { page } = visit;
  await page.route("**/v1/me/retention", (route) =>
    route.fulfill({ status: 200, headers: { "access-control-allow-origin": "*" }, json: { minDays: "x", source: 1 } }),
  );
  await page.route("**/api/account/events*", (route) => route.fulfill({ status: 200, json: { items: null } }));
  await visit.goto("/account");
  await page.getByRole("heading", { name: "This page has stopped working" }).waitFor();
  await page.getByRole("button", { name: /Your account:/ }).waitFor();
});

it("an address that leads nowhere is a 404 with a way back", async () => {
  const { page } = visit;
  const response = await page.goto("/no-such-page");
  expect(response?.status()).toBe(404);
  await page.getByRole("heading", { name: "Nothing is here" }).waitFor();
  await page.getByRole("link", { name: "Go to the start page" }).click();
  await page.waitForURL(`${web.url}/`);
});

it("a session that ends while somebody works is renewed in a dialog; what they did is done then, once", async () => {
  const { page, context } = visit;
  await visit.goto("/privacy");
  await page.getByText("For as long as I say").click();
  await page.getByLabel("Days").fill("77");
  await context.request.post(`${web.url}/api/auth/revoke-sessions`, { headers: { origin: web.url } });
  const saves: string[] = [];
  page.on("response", (response) => {
    if (response.request().method() === "PUT") saves.push(String(response.status()));
  });
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await dialog.getByLabel("Password", { exact: true }).fill(person.password);
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreenshots(page, "session-ended");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("From now on it is kept like that.").waitFor();
  expect(await page.getByLabel("Days").inputValue()).toBe("77");
  expect(saves.filter((status) => status === "200")).toHaveLength(1);
});
