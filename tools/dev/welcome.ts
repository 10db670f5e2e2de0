/** The last lines of a successful start: where everything is, and a first request to paste. */
import type { Environment } from "../environment.ts";
import { gatewayUrl } from "../services.ts";
import { mailboxPort, wantsMailbox } from "./mailbox.ts";

function mailboxLine(environment: Environment): string {
  if (!wantsMailbox(environment)) return "";
  return `  mailbox       http://localhost:${mailboxPort(environment)}    the gateway's mails; as JSON at /mails\n`;
}

export function welcome(environment: Environment, logs: string): string {
  const gateway = gatewayUrl(environment);
  const ragApi = `http://localhost:${environment.RAG_API_PORT ?? 8000}`;
  const person = `{"name": "Dev", "email": "dev-'$RANDOM'@example.com", "password": "correct horse battery staple"}`;
  return `
  web client    ${gateway}    sign up there and ask

  auth-gateway  ${gateway}    sign-up, sign-in, tokens under /api/auth; keys at /.well-known/jwks.json
  rag-api       ${ragApi}    conversations and chat; its API: ${ragApi}/openapi.json
${mailboxLine(environment)}  logs          ${logs}    warnings also appear here

Sign up, in another terminal (the way on to a cited answer is in README.md):

  curl -sS ${gateway}/api/auth/sign-up/email -H 'content-type: application/json' -d '${person}'

Ctrl-C stops everything.
`;
}
