/** The tables of machine clients, in the form that the provider plugin reads. */
import { oauthClient, oauthClientResource, oauthResource } from "@auth-gateway/shared-schema/clients";
import { and, asc, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../db/database.ts";
import { type MachineClient, toAudience, toResource } from "./models.ts";

export interface NewClient {
  readonly clientId: string;
  readonly secretHash: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly audiences: readonly string[];
  readonly tokenLifetime: number;
}

export async function insertClient(db: Database, client: NewClient): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.insert(oauthClient).values({
      id: uuidv7(),
      clientId: client.clientId,
      clientSecret: client.secretHash,
      name: client.name,
      clientCredentialsScopes: [...client.scopes],
      grantTypes: ["client_credentials"],
      responseTypes: [],
      redirectUris: [],
      tokenEndpointAuthMethod: "client_secret_basic",
    });
    for (const audience of client.audiences) {
      const resourceId = toResource(audience);
      const resource = { id: uuidv7(), identifier: resourceId, name: audience, accessTokenTtl: client.tokenLifetime };
      await tx.insert(oauthResource).values(resource).onConflictDoNothing();
      await tx.insert(oauthClientResource).values({ id: uuidv7(), clientId: client.clientId, resourceId });
    }
  });
}

/** Oldest first, revoked ones included. */
export async function listClients(db: Database): Promise<MachineClient[]> {
  const resources = sql<string[]>`array(
    select r.resource_id from auth.oauth_client_resource r where r.client_id = ${oauthClient.clientId} order by 1)`;
  const rows = await db
    .select({ client: oauthClient, resources })
    .from(oauthClient)
    .orderBy(asc(oauthClient.createdAt), asc(oauthClient.id));
  return rows.map(({ client, resources: uris }) => ({
    clientId: client.clientId,
    name: client.name ?? "",
    scopes: client.clientCredentialsScopes ?? [],
    audiences: uris.map(toAudience),
    revoked: client.disabled === true,
    createdAt: client.createdAt ?? new Date(0),
    rotatedAt: client.updatedAt ?? new Date(0),
  }));
}

export async function listAudiences(db: Database, clientId: string): Promise<string[]> {
  const rows = await db
    .select({ resource: oauthClientResource.resourceId })
    .from(oauthClientResource)
    .where(eq(oauthClientResource.clientId, clientId))
    .orderBy(asc(oauthClientResource.resourceId));
  return rows.map(({ resource }) => toAudience(resource));
}

const isLive = (clientId: string) => and(eq(oauthClient.clientId, clientId), sql`${oauthClient.disabled} is not true`);

/** The hash of a live client's secret. */
export async function findSecretHash(db: Database, clientId: string): Promise<string | undefined> {
  const rows = await db.select({ hash: oauthClient.clientSecret }).from(oauthClient).where(isLive(clientId));
  return rows[0]?.hash ?? undefined;
}

/** False when there is no such live client. */
export async function updateClient(
  db: Database,
  clientId: string,
  change: { readonly secretHash: string } | { readonly disabled: true },
): Promise<boolean> {
  const set = "disabled" in change ? { disabled: true } : { clientSecret: change.secretHash, updatedAt: new Date() };
  const rows = await db.update(oauthClient).set(set).where(isLive(clientId)).returning({ id: oauthClient.id });
  return rows.length > 0;
}
