/** Where the services' URLs come from: computed for the embedded database, else from the environment, else made. */
import type { Client } from "pg";
import { appendToEnvFile, loadEnvironment } from "../environment.ts";
import { ToolFailure } from "../failure.ts";
import { type DatabaseUrls, makePassword } from "../postgres/credentials.ts";
import { findRole, type ServiceLogin } from "./roles.ts";

/** Names the two logins once the lock is held. */
export type LoginSource = (client: Client) => Promise<readonly ServiceLogin[]>;

const services = [
  { role: "auth_gateway", variable: "AUTH_GATEWAY_DATABASE_URL" },
  { role: "rag_api", variable: "RAG_API_DATABASE_URL" },
] as const;

export function loginsOf(urls: DatabaseUrls): LoginSource {
  const [gateway, ragApi] = services;
  return async () => [
    { ...gateway, url: urls.authGatewayUrl },
    { ...ragApi, url: urls.ragApiUrl },
  ];
}

function withLogin(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = password;
  return url.href;
}

/** Logins from the environment; for a role that is not there yet and has no URL a password is made, into `.env`. */
export function loginsFromEnvironment(checkout: string, ownerUrl: string, say: (line: string) => void): LoginSource {
  return async (client) => {
    const environment = await loadEnvironment(checkout);
    const logins: ServiceLogin[] = [];
    const made: Record<string, string> = {};
    for (const service of services) {
      const given = environment[service.variable];
      if (given === undefined && (await findRole(client, service.role)) !== undefined) {
        throw new ToolFailure(
          `The role ${service.role} exists already, with a password that is not known here. Set ${service.variable}; ` +
            `a new password in it is taken over, and ends the service's old one.`,
        );
      }
      const url = given ?? withLogin(ownerUrl, service.role, makePassword());
      if (given === undefined) made[service.variable] = url;
      logins.push({ ...service, url });
    }
    if (Object.keys(made).length > 0) {
      // Before the roles are made: a password that was set but not kept would lock the services out.
      await appendToEnvFile(checkout, made);
      say(`wrote ${Object.keys(made).join(" and ")} to .env`);
    }
    return logins;
  };
}
