/** `make types`: the web client's types, from the OpenAPI documents that both services serve with everything turned on. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { checkout } from "../checkout.ts";
import { startServices } from "../testing/services.ts";

const folder = join(checkout, "auth-gateway", "web", "src", "api", "generated");

const everything = {
  SMTP_URL: "smtp://127.0.0.1:9",
  MAIL_FROM: "no-reply@example.test",
  TWO_FACTOR: "on",
  PASSKEYS: "on",
  GITHUB_CLIENT_ID: "id",
  GITHUB_CLIENT_SECRET: "secret",
};

const HEADER = "// Made by `make types` from the service's OpenAPI document.\n";

async function typesOf(url: string): Promise<string> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenAPI3;
  return HEADER + astToString(await openapiTS(document));
}

/** By file name in the client's generated folder. */
export async function generateTypes(): Promise<ReadonlyMap<string, string>> {
  const services = await startServices(everything);
  try {
    return new Map([
      [join(folder, "gateway.d.ts"), await typesOf(services.gateway.url)],
      [join(folder, "rag-api.d.ts"), await typesOf(services.ragApi.url)],
    ]);
  } finally {
    await services.stop();
  }
}

export async function writeTypes(): Promise<void> {
  for (const [path, text] of await generateTypes()) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
