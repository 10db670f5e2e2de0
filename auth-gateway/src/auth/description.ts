/** What Better Auth says of its endpoints, its plugins' and ours among them, for the OpenAPI document. */
import { z } from "zod";
import type { DescribedAuth } from "../openapi/document.ts";
import type { Auth } from "./better-auth.ts";

const record = z.record(z.string(), z.unknown());
const generated = z.object({
  paths: z.record(z.string(), z.record(z.string(), record)),
  components: z.object({ schemas: z.record(z.string(), record) }),
});

/**
 * The plugin's generator is used, and the plugin itself is not installed: its endpoints would be offered. It is loaded when
 * the document is first asked for, since its module brings all plugins along.
 */
export async function describeAuth(auth: Auth): Promise<DescribedAuth> {
  const { openAPI } = await import("better-auth/plugins");
  const generate: unknown = openAPI().endpoints.generateOpenAPISchema;
  const context = { context: await auth.$context };
  const document: unknown = await (generate as (input: typeof context) => Promise<unknown>)(context);
  const { paths, components } = generated.parse(document);
  return { paths, schemas: components.schemas };
}
