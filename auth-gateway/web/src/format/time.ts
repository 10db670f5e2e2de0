/** Times as people read them, in the browser's language and zone. */

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const dateOnly = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const STEPS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

type Time = string | number | Date;

export function formatDateTime(time: Time): string {
  return dateTime.format(new Date(time));
}

export function formatDate(time: Time): string {
  return dateOnly.format(new Date(time));
}

/** `3 hours ago`, `in 2 days`, `now`. */
export function formatRelative(time: Time, now = Date.now()): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(unit === "second" ? 0 : Math.trunc(seconds / size), unit);
}

/** How long to wait: `40 seconds`, `15 minutes`. */
export function formatSeconds(seconds: number): string {
  const [unit, size] = STEPS.find(([, length]) => seconds >= 2 * length) ?? ["second", 1];
  return new Intl.NumberFormat(undefined, { style: "unit", unit, unitDisplay: "long" }).format(
    Math.ceil(seconds / size),
  );
}
