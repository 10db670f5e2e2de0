/** Better Auth's router, built once: its own handler builds it anew, with all its endpoints, for every request. */
import { runWithAdapter } from "@better-auth/core/context";
import type { Auth, AuthContext, BetterAuthOptions } from "better-auth";
import { router } from "better-auth/api";

interface Routed {
  handler(request: Request): Promise<Response>;
}

/** What its handler works out for each request (base URL, trusted origins and providers) is fixed by our options. */
export function routeOnce<Options extends BetterAuthOptions>(auth: Auth<Options>): Routed {
  const routed = auth.$context.then((specific) => {
    const context = specific as unknown as AuthContext;
    return { adapter: context.adapter, handle: router(context, auth.options as BetterAuthOptions).handler };
  });
  // Whoever awaits the context learns of its failure.
  routed.catch(() => undefined);
  return {
    async handler(request) {
      const { adapter, handle } = await routed;
      return runWithAdapter(adapter, () => handle(request));
    },
  };
}
