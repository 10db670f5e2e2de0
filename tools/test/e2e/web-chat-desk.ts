/** The chat page as its users see it, for the tests that drive it. */
import type { Locator, Page } from "playwright-core";
import { newPerson, type Person, signUpBehind, type Visit, type Web } from "../../testing/web.ts";

export interface Desk {
  readonly visit: Visit;
  readonly page: Page;
  readonly person: Person;
  readonly box: Locator;
  readonly questions: Locator;
  readonly answers: Locator;
  readonly sidebar: Locator;
  button(name: string): Locator;
  ask(question: string): Promise<void>;
  /** Until the last answer has ended, however that was. */
  finished(): Promise<void>;
}

/** Somebody who has just signed up; with `path`, at that page. */
export async function openDesk(web: Web, path: string | undefined = "/"): Promise<Desk> {
  const person = newPerson();
  const visit = await web.open({ permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = visit;
  await signUpBehind(visit, web.url, person);
  await visit.goto(path);
  const messages = page.getByRole("list", { name: "Conversation", exact: true }).locator("> li");
  const box = page.getByRole("textbox", { name: "Your question" });
  const answers = messages.filter({ has: page.getByRole("heading", { name: "Answer" }) });
  return {
    visit,
    page,
    person,
    box,
    answers,
    questions: messages.filter({ has: page.getByRole("heading", { name: "You" }) }),
    sidebar: page.getByRole("navigation"),
    button: (name) => page.getByRole("button", { name, exact: true }),
    async ask(question) {
      await box.fill(question);
      await box.press("Enter");
    },
    finished: () => answers.last().getByRole("button", { name: "Good answer" }).waitFor(),
  };
}
