/** What the web client has to know of this gateway before it can draw a page; nothing in it is secret. */
import type { Config } from "../config.ts";

export interface ClientConfig {
  readonly ragApiUrl: string;
  readonly signUp: Config["signUp"];
  /** Whether anything can be mailed: without, there is no password reset and no change of the address. */
  readonly mail: boolean;
  readonly twoFactor: boolean;
  readonly passkeys: boolean;
  readonly social: readonly { readonly id: string; readonly name: string }[];
}

const NAMES = { github: "GitHub", google: "Google", oidc: "" } as const;

export function clientConfigOf(config: Config): ClientConfig {
  return {
    ragApiUrl: config.ragApiUrl,
    signUp: config.signUp,
    mail: config.mail !== undefined,
    twoFactor: config.twoFactor,
    passkeys: config.passkeyDomain !== undefined,
    social: (["github", "google", "oidc"] as const)
      .filter((id) => config.social[id] !== undefined)
      .map((id) => ({ id, name: NAMES[id] || new URL(config.social.oidc?.issuer ?? "").hostname })),
  };
}
