/** Where this checkout is: every tool works on the tree that it belongs to, whatever the current folder. */
import { fileURLToPath } from "node:url";

export const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
