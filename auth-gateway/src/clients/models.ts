/** Machine clients: what they are called and what they may ask for. */

/** A machine's id can't be taken for a user's, nor for the gateway's own `first-party`. */
export const CLIENT_ID = /^svc_[a-z0-9]{32}$/;

export interface MachineClient {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly audiences: readonly string[];
  readonly revoked: boolean;
  readonly createdAt: Date;
  /** Of its secret. */
  readonly rotatedAt: Date;
}

const AUDIENCE_URI = "urn:auth-gateway:audience:";

/** The provider wants resources to be URIs (RFC 8707, 2); ours are names. */
export function toResource(audience: string): string {
  return `${AUDIENCE_URI}${audience}`;
}

export function toAudience(resource: string): string {
  return resource.startsWith(AUDIENCE_URI) ? resource.slice(AUDIENCE_URI.length) : resource;
}
