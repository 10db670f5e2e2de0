/** The web client that the gateway serves: built again when its sources have changed. */
import { ensureWebBuild, isWebBuildStale } from "../web-build.ts";
import { step } from "./progress.ts";

export async function buildWebClient(): Promise<void> {
  if (!isWebBuildStale()) return;
  step("Building the web client");
  await ensureWebBuild();
}
