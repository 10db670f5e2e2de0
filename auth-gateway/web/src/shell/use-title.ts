/** The page's name in the window's title, which a screen reader reads after a change of page. */
import { useEffect } from "react";
import { app } from "../strings/app.ts";

export function useTitle(page: string): void {
  useEffect(() => {
    document.title = app.title(page);
  }, [page]);
}
