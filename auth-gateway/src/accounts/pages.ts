/** The pages behind mailed links: a text, a button, and one script that presses it. No GET changes anything. */
import { readFileSync } from "node:fs";
import type { PagePurpose } from "./models.ts";

interface Page {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly action: string;
  readonly done: string;
  readonly asksPassword?: true;
}

const PAGES: Readonly<Record<PagePurpose, Page>> = {
  "verify-email": {
    title: "Confirm your e-mail address",
    text: "If you signed up with this address, confirm that it is yours. Unless you are signed in here, every session of the account ends, and passkeys, codes and other providers that were added to it before are taken off.",
    button: "Confirm this address",
    action: "/api/auth/verify-email",
    done: "The address is confirmed. You can sign in now.",
  },
  "reset-password": {
    title: "Choose a new password",
    text: "All sessions of your account end with it.",
    button: "Set this password",
    action: "/api/auth/reset-password",
    done: "The new password is set. You can sign in with it now.",
    asksPassword: true,
  },
  "change-email": {
    title: "Confirm your new e-mail address",
    text: "If you asked for it, your account moves to this address.",
    button: "Use this address",
    action: "/api/auth/change-email/confirm",
    done: "Your account has the new address now.",
  },
  unlock: {
    title: "Try your password again",
    text: "Somebody tried too many wrong passwords for your account. This lets you try yours, in this browser only.",
    button: "Let me try",
    action: "/api/auth/unlock",
    done: "You can sign in with your password now, in this browser.",
  },
  "confirm-deletion": {
    title: "Delete your account",
    text: "All sessions of your account end at once. Then everything in it is erased, for good.",
    button: "Delete my account",
    action: "/api/account/deletion/confirm",
    done: "It is done: your sessions have ended. A mail tells when everything is erased, and until when you can undo it.",
  },
  "undo-deletion": {
    title: "Keep your account",
    text: "Your account is about to be deleted. This keeps it, with everything in it.",
    button: "Keep my account",
    action: "/api/account/deletion/undo",
    done: "Your account stays. You can sign in again.",
  },
};

/** Where no mail is sent, only this link is ever given out. */
export function pagePurposes(sendsMails: boolean): PagePurpose[] {
  return sendsMails ? (Object.keys(PAGES) as PagePurpose[]) : ["undo-deletion"];
}

const PASSWORD_FIELD =
  '<label>New password <input name="newPassword" type="password" autocomplete="new-password" minlength="8" maxlength="128" required></label>';

export function renderPage(purpose: PagePurpose): string {
  const { title, text, button, action, done, asksPassword } = PAGES[purpose];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="/account/account.css">
<script src="/account/account.js" defer></script>
</head>
<body>
<h1>${title}</h1>
<form action="${action}" method="post" data-done="${done}">
<p>${text}</p>
${asksPassword ? PASSWORD_FIELD : ""}
<button>${button}</button>
</form>
<p><output></output></p>
<a class="button" href="/sign-in" hidden>Go on</a>
<noscript><p>This page needs JavaScript to press the button for you.</p></noscript>
</body>
</html>
`;
}

export interface PageAssets {
  readonly purposes: readonly PagePurpose[];
  readonly script: string;
  readonly style: string;
}

export function loadPageAssets(sendsMails: boolean): PageAssets {
  const read = (name: string) => readFileSync(new URL(`./pages/${name}`, import.meta.url), "utf8");
  return { purposes: pagePurposes(sendsMails), script: read("account.js"), style: read("account.css") };
}
