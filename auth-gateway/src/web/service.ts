/** The web client of this gateway: what was built of it, and its configuration. */
import { fileURLToPath } from "node:url";
import type { Config } from "../config.ts";
import { loadWebBuild, type WebBuild } from "./build.ts";
import { type ClientConfig, clientConfigOf } from "./client-config.ts";

export interface WebClient {
  /** Undefined where nobody has built it. */
  readonly build: WebBuild | undefined;
  readonly config: ClientConfig;
}

export function openWebClient(config: Config): WebClient {
  return {
    build: loadWebBuild(fileURLToPath(new URL("../../web/dist", import.meta.url))),
    config: clientConfigOf(config),
  };
}
