/** Loads documents the way `make ingest` does. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { checkout } from "../checkout.ts";

/** `path` is relative to the checkout; throws with the command's output when a file could not be read. */
export async function ingest(ragApiUrl: string, path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    `${checkout}/rag-api/.venv/bin/python`,
    ["-m", "rag_api.documents.ingest", path],
    { cwd: checkout, env: { ...process.env, RAG_API_DATABASE_URL: ragApiUrl } },
  );
  return stdout;
}
