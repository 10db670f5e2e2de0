/** What every Hono handler of the gateway may expect of its context. */
import type { HttpBindings } from "@hono/node-server";
import type { ClientAddress } from "./client-address.ts";

export interface AppEnv {
  Bindings: HttpBindings;
  Variables: { requestId: string; client: ClientAddress };
}
