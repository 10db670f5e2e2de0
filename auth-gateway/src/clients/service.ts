/** Machine clients: made, listed, given a new secret and revoked by an operator; known by their secret. */
import { randomBytes } from "node:crypto";
import type { Database } from "../db/database.ts";
import { ACCESS_TOKEN_LIFETIME } from "../tokens/lifetime.ts";
import type { MachineClient } from "./models.ts";
import { findSecretHash, insertClient, listAudiences, listClients, updateClient } from "./queries.ts";
import { hashSecret, makeSecret, matchesHash } from "./secrets.ts";

export interface ClientCredentials {
  readonly clientId: string;
  readonly secret: string;
}

export interface ClientPlan {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly audiences: readonly string[];
}

export interface ClientDirectory {
  /** The only time that the secret is known. */
  create(plan: ClientPlan): Promise<ClientCredentials>;
  list(): Promise<MachineClient[]>;
  /** The old secret is refused from now on; undefined when there is no such live client. */
  rotateSecret(clientId: string): Promise<ClientCredentials | undefined>;
  /** False when there is no such live client. Its tokens die with it. */
  revoke(clientId: string): Promise<boolean>;
  /** One query. */
  isAuthentic(credentials: ClientCredentials): Promise<boolean>;
  audiencesOf(clientId: string): Promise<string[]>;
}

export function createClientDirectory(db: Database): ClientDirectory {
  return {
    async create(plan) {
      const credentials = { clientId: `svc_${randomBytes(16).toString("hex")}`, secret: makeSecret() };
      const secretHash = hashSecret(credentials.secret);
      await insertClient(db, { ...plan, ...credentials, secretHash, tokenLifetime: ACCESS_TOKEN_LIFETIME });
      return credentials;
    },
    list: () => listClients(db),
    async rotateSecret(clientId) {
      const secret = makeSecret();
      return (await updateClient(db, clientId, { secretHash: hashSecret(secret) })) ? { clientId, secret } : undefined;
    },
    revoke: (clientId) => updateClient(db, clientId, { disabled: true }),
    async isAuthentic({ clientId, secret }) {
      const hash = await findSecretHash(db, clientId);
      return hash !== undefined && matchesHash(secret, hash);
    },
    audiencesOf: (clientId) => listAudiences(db, clientId),
  };
}
