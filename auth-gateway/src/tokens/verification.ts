/** Checks our own access tokens, of users and of machines. */
import type { KeyObject } from "node:crypto";
import { z } from "zod";
import { CLIENT_ID } from "../clients/models.ts";
import { verifyCompact } from "../keys/jws.ts";
import { USER_CLIENT } from "./access-token.ts";

/** Seconds; the leeway is for replicas whose clocks differ. */
const MAX_LIFETIME = 900;
const LEEWAY = 60;
const MAX_TIME = 2 ** 40;

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const time = z.number().int().min(0).max(MAX_TIME);

const header = z.strictObject({
  typ: z.enum(["at+jwt", "application/at+jwt"]),
  alg: z.literal("ES256"),
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
});

const common = {
  iss: z.string(),
  aud: z.string().regex(/^[A-Za-z0-9._~:/-]{1,128}$/),
  exp: time,
  iat: time,
  nbf: time,
  jti: uuid,
  scope: z.string().regex(/^[!#-[\]-~]+( [!#-[\]-~]+)*$/),
};

const userClaims = z.strictObject({ ...common, sub: uuid, sid: uuid, client_id: z.literal(USER_CLIENT) });
const machineClaims = z
  .strictObject({ ...common, sub: z.string().regex(CLIENT_ID), client_id: z.string() })
  .refine(({ sub, client_id }) => sub === client_id);

export type UserClaims = z.infer<typeof userClaims>;
export type MachineClaims = z.infer<typeof machineClaims>;

export interface TokenVerifier {
  /** Gives undefined for anything but a token that is good now. */
  verifyUserToken(token: string): UserClaims | undefined;
  verifyMachineToken(token: string): MachineClaims | undefined;
}

export interface VerifierSettings {
  readonly issuer: string;
  /** The audience that tokens must name; without one any is good, as at the introspection of tokens for others. */
  readonly audience?: string;
  readonly keyOf: (kid: string) => KeyObject | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createTokenVerifier({ issuer, audience, keyOf, now }: VerifierSettings): TokenVerifier {
  const check = <Claims extends UserClaims | MachineClaims>(token: string, schema: z.ZodType<Claims>) => {
    const jws = verifyCompact(token, keyOf);
    if (jws === undefined || !header.safeParse(jws.header).success) return undefined;
    const claims = schema.safeParse(jws.claims).data;
    if (claims === undefined || claims.iss !== issuer || !isCurrent(claims, now() / 1000)) return undefined;
    return audience === undefined || claims.aud === audience ? claims : undefined;
  };
  return {
    verifyUserToken: (token) => check(token, userClaims),
    verifyMachineToken: (token) => check(token, machineClaims),
  };
}

function isCurrent({ exp, iat, nbf }: UserClaims | MachineClaims, now: number): boolean {
  const lifetime = exp - iat;
  return exp > now && Math.max(iat, nbf) <= now + LEEWAY && lifetime > 0 && lifetime <= MAX_LIFETIME;
}
