/** A small OpenAI-compatible endpoint, for tests that need an answer to last, or to fail. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface ModelServer {
  readonly url: string;
  /** How many answers were broken off by the one who had asked. */
  abandoned(): number;
  stop(): Promise<void>;
}

interface CompletionRequest {
  stream?: boolean;
  messages: { content: string }[];
}

const frame = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

/** The pace that a question asks for: `slowly` is two seconds, `150 words every 200 ms` says it all. */
function readPace(question: string): { words: number; pause: number } {
  const told = /(\d+) words every (\d+) ms/.exec(question);
  if (told !== null) return { words: Number(told[1]), pause: Number(told[2]) };
  return question.includes("slowly") ? { words: 40, pause: 50 } : { words: 5, pause: 5 };
}

/** `and fail` breaks the answer off after its first words; `say exactly:` is answered with what comes after it. */
async function stream(question: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const said = /say exactly:\s*([\s\S]+)$/.exec(question)?.[1];
  if (said !== undefined) {
    response.end(`${frame({ content: said })}${frame({}, "stop")}data: [DONE]\n\n`);
    return;
  }
  const { words, pause } = readPace(question);
  for (let word = 0; word < words && !response.destroyed; word++) {
    response.write(frame({ content: `word${word} ` }));
    // Uneven, as a model's words are: in step, many streams would come in bursts.
    await sleep(pause * (0.5 + Math.random()));
  }
  if (question.includes("and fail")) response.destroy();
  else response.end(`${frame({}, "stop")}data: [DONE]\n\n`);
}

export async function startModelServer(): Promise<ModelServer> {
  let abandoned = 0;
  const server = createServer(async (request, response) => {
    response.once("close", () => {
      if (!response.writableFinished && request.destroyed) abandoned++;
    });
    let body = "";
    for await (const data of request.setEncoding("utf8")) body += data;
    const asked = JSON.parse(body) as CompletionRequest;
    if (asked.stream) await stream(asked.messages.at(-1)?.content ?? "", response);
    else {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ choices: [{ message: { role: "assistant", content: "A title" } }] }));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    abandoned: () => abandoned,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
