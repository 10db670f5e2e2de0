/** What the gateway serves of the web client. */
import { CLIENT_PATHS } from "../web/paths.ts";
import { asset, json, type Operation, object, page, text } from "./schemas.ts";

const flag = { type: "boolean" };

export const WEB_OPERATIONS: Readonly<Record<string, Operation>> = {
  ...Object.fromEntries(CLIENT_PATHS.map((path) => [`GET ${path}`, page(`The web client, at ${path}.`)])),
  "GET /assets/:file": asset("A file of the web client, named after its content.", "text/javascript"),
  "GET /boot.js": asset(
    "The web client's first script: theme, and what to say when the rest does not come.",
    "text/javascript",
  ),
  "GET /favicon.svg": asset("The web client's icon.", "image/svg+xml"),
  "GET /config.json": {
    tag: "Pages",
    summary: "What the web client has to know of this gateway.",
    answers: {
      "200": json(
        "The configuration",
        object({
          ragApiUrl: text,
          signUp: { type: "string", enum: ["open", "verify"] },
          mail: flag,
          twoFactor: flag,
          passkeys: flag,
          social: { type: "array", items: object({ id: text, name: text }) },
        }),
      ),
    },
  },
};
