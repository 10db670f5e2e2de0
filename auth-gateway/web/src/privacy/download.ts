/** A file that is made while it is sent: counted while it comes, and given to the browser only when it is whole. */
import { useRef, useState } from "react";
import { ApiError, errorFrom, readAnswer } from "../api/problem.ts";

export type DownloadState =
  | { readonly phase: "idle" }
  | { readonly phase: "running"; readonly bytes: number }
  | { readonly phase: "done"; readonly bytes: number }
  | { readonly phase: "failed"; readonly error: unknown };

export interface Download {
  readonly state: DownloadState;
  start(): void;
  stop(): void;
}

async function receive(response: Response, onBytes: (bytes: number) => void): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const result = await reader?.read().catch((cause: unknown) => {
      if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
      throw new ApiError({ status: 0, code: "incomplete", message: "The body ended too early." });
    });
    if (result === undefined || result.done) break;
    chunks.push(result.value);
    bytes += result.value.byteLength;
    onBytes(bytes);
  }
  return new Blob(chunks, { type: response.headers.get("content-type") ?? "application/zip" });
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file by then, and the memory is free again.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function useDownload(fetchFile: (signal: AbortSignal) => Promise<Response>, name: string): Download {
  const [state, setState] = useState<DownloadState>({ phase: "idle" });
  const abort = useRef<AbortController>(undefined);
  const run = async () => {
    const controller = new AbortController();
    abort.current = controller;
    setState({ phase: "running", bytes: 0 });
    try {
      const response = await fetchFile(controller.signal);
      if (!response.ok) throw await readAnswer(response);
      const file = await receive(response, (bytes) => setState({ phase: "running", bytes }));
      save(file, name);
      setState({ phase: "done", bytes: file.size });
    } catch (error) {
      setState(controller.signal.aborted ? { phase: "idle" } : { phase: "failed", error: errorFrom(error) });
    }
  };
  return { state, start: () => void run(), stop: () => abort.current?.abort() };
}
