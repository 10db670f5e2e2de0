/** A text with what was searched for marked in it; it stays text, whatever somebody has written there. */
import type { Schemas } from "../api/rag-api.ts";

export function Highlighted({ text, highlights }: Schemas["MarkedText"]) {
  // The ranges count code points, which a string of JavaScript does not.
  const points = Array.from(text);
  const pieces = [];
  let end = 0;
  for (const range of highlights) {
    pieces.push(points.slice(end, range.start).join(""));
    pieces.push(<mark key={range.start}>{points.slice(range.start, range.end).join("")}</mark>);
    end = range.end;
  }
  return (
    <>
      {pieces}
      {points.slice(end).join("")}
    </>
  );
}
