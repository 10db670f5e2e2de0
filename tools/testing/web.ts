/** The built web client in a real browser, on real services. */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { checkout } from "../checkout.ts";
import { ensureWebBuild } from "../web-build.ts";
import { type Services, startServices } from "./services.ts";

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export interface Web {
  readonly url: string;
  readonly services: Services;
  readonly browser: Browser;
  /** A browser profile of its own, with a page; what the page complains of is collected. */
  open(options?: BrowserContextOptions): Promise<Visit>;
  stop(): Promise<void>;
}

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the console said, faults of scripts and refusals of the page's policy among it. */
  readonly complaints: string[];
  goto(path: string): Promise<void>;
}

export const newPerson = (): Person => ({
  name: "Ada Lovelace",
  email: `ada.${randomUUID().slice(0, 8)}@example.com`,
  password: `correct horse ${randomUUID().slice(0, 8)}`,
});

const chromiumOptions = {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
};

/** `extra` is environment for both services. */
export async function startWeb(extra: Record<string, string> = {}): Promise<Web> {
  await ensureWebBuild();
  const [services, browser] = await Promise.all([startServices(extra), chromium.launch(chromiumOptions)]);
  const { url } = services.gateway;
  return {
    url,
    services,
    browser,
    async open(options = {}) {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 }, ...options });
      context.setDefaultTimeout(10_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      return { context, page, complaints, goto: async (path) => void (await page.goto(path)) };
    },
    async stop() {
      await browser.close();
      await services.stop();
    },
  };
}

/** Makes the account by the API and leaves the session's cookie in the context: quicker than the form. */
export async function signUpBehind({ context }: Pick<Visit, "context">, url: string, person: Person): Promise<void> {
  const response = await context.request.post(`${url}/api/auth/sign-up/email`, {
    data: person,
    headers: { origin: url },
  });
  if (!response.ok()) throw new Error(`sign-up answered ${response.status()}: ${await response.text()}`);
}

/** What axe finds, serious or critical; empty is what a page has to be. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Things on their way in or out are half transparent, and would be measured so.
  await page.evaluate(`Promise.all(
    document.getAnimations()
      .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
      .map((animation) => animation.finished.catch(() => {})),
  )`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

const folder = join(checkout, "test-output", "screenshots");

/** The page at both widths and in both themes, as test output to be looked at. */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const size = page.viewportSize();
  for (const width of [390, 1280]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), animations: "disabled" });
    }
  }
  if (size !== null) await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: null });
}
