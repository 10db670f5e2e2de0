/** What this gateway offers, read once from /config.json before anything is drawn. */
import type { paths } from "./api/generated/gateway.d.ts";
import { readAnswer, unreachable } from "./api/problem.ts";

export type RuntimeConfig = paths["/config.json"]["get"]["responses"]["200"]["content"]["application/json"];

let loaded: RuntimeConfig | undefined;

/** @throws {ApiError} when the gateway can't be reached or does not answer as it should. */
export async function loadRuntimeConfig(): Promise<void> {
  const response = await fetch("/config.json").catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw await readAnswer(response);
  loaded = (await response.json()) as RuntimeConfig;
}

export function runtimeConfig(): RuntimeConfig {
  if (loaded === undefined) throw new Error("the configuration is read before anything is drawn");
  return loaded;
}
