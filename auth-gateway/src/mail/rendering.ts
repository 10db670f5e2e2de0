/** A mail as plain text and as simple HTML, without pictures or anything else from outside. */
import type { MailText } from "./models.ts";

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function renderMail({ subject, paragraphs, link }: MailText): RenderedMail {
  const [first, ...others] = paragraphs;
  return {
    subject,
    text: `${[first, ...(link === undefined ? [] : [link.url]), ...others].join("\n\n")}\n`,
    html: [
      "<!doctype html>",
      `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>`,
      paragraph(first),
      ...(link === undefined ? [] : [`<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a></p>`]),
      ...others.map(paragraph),
      "</body></html>",
    ].join("\n"),
  };
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
