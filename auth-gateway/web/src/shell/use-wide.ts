/** Whether there is room for the sidebar beside the page. */
import { useSyncExternalStore } from "react";

const wide = matchMedia("(width >= 56rem)");

export function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      wide.addEventListener("change", listener);
      return () => wide.removeEventListener("change", listener);
    },
    () => wide.matches,
  );
}
